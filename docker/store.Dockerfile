# The object store of a single machine: Garage, which ships one static program and nothing else.
FROM python:3.11-slim-bookworm AS folders
RUN install --directory --owner 10001 --group 10001 --mode 0750 /folders /folders/meta /folders/data

FROM dxflrs/garage:v2.4.1
COPY docker/garage.toml /etc/garage.toml
# An empty volume takes the owner of the folder it covers: the store needs no root.
COPY --from=folders --chown=10001:10001 /folders /var/lib/garage
USER 10001:10001
EXPOSE 3900
CMD ["/garage", "server", "--single-node", "--default-bucket"]
