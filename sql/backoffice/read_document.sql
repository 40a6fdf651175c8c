SELECT document
FROM backoffice.order_versions
WHERE cid = %(cid)s AND number = %(number)s
