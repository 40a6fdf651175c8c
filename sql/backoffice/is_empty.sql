SELECT count(*) = 0 AS is_empty
FROM backoffice.orders
