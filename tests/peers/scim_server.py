"""A SCIM 2.0 directory that nobody here wrote (scim2-server), with our schema, behind the tokens of a real provider.

    python scim_server.py --issuer URL --audience URI --seed FILE [--provisioning-token TOKEN]

FILE holds {"users": [...], "groups": [...], "accounts": [...]} as they stand on the wire. The server names its resources
itself, so every reference in the seed is rewritten to the names it chose. `externalId` of a user is the `sub` of their
tokens; without one their `userName` is. Prints one line of JSON when ready. Ends when standard input ends.
"""

import argparse
import json
import os
import pathlib
import secrets
import sys
import threading
import urllib.request
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from scim2_models import (
    ForbiddenException,
    NotFoundException,
    Pagination,
    ResourceType,
    Schema,
    SchemaExtension,
    ScimProvider,
    UnauthorizedException,
)
from scim2_server.applications.wsgi import WSGIApplication
from scim2_server.memory import InMemoryStorage
from scim2_server.routing import Operation
from scim2_server.service import ScimService
from scim2_server.utils import (
    load_default_resource_types,
    load_default_schemas,
    load_default_service_provider_config,
)

SCHEMAS = pathlib.Path(__file__).parent / "schemas"
WRITES = {Operation.create, Operation.replace, Operation.patch, Operation.delete, Operation.bulk}
PROVISIONING = "provisioning"
PAGING = {
    "cursor": True,
    "index": True,
    "defaultPaginationMethod": "index",
    "defaultPageSize": 20,
    "maxPageSize": 200,
    "cursorTimeout": 300,
}


def provider():
    """The server's own schemas and resource types, and ours beside them."""
    ours = {path.stem: json.loads(path.read_text()) for path in SCHEMAS.glob("*.json")}
    schemas = list(load_default_schemas().values())
    schemas += [Schema.model_validate(ours[name]) for name in ("user-extension", "secondary-account")]
    types = load_default_resource_types()
    types["User"].schema_extensions = [
        *(types["User"].schema_extensions or []),
        SchemaExtension(schema_=ours["user-extension"]["id"], required=False),
    ]
    config = load_default_service_provider_config()
    config.pagination = Pagination.model_validate(PAGING)
    types = [*types.values(), ResourceType.model_validate(ours["resource-type"])]
    return ScimProvider.from_discovery(schemas, types, config=config)


class Directory(ScimService):
    """Reading needs the scope `accounts.read`; writing needs the provisioning token."""

    def __init__(self, described, people):
        super().__init__(described, secret=secrets.token_hex())
        self.people = people

    def authorize(self, request, target, resource_type):
        if request.subject == PROVISIONING:
            return
        if target.operation in WRITES:
            raise ForbiddenException(detail="Only the provisioning token may write")
        if "accounts.read" not in request.subject.get("scope", "").split():
            raise ForbiddenException(detail="The token lacks the scope accounts.read")

    def me_target(self, request):
        found = None if request.subject == PROVISIONING else self.people.get(request.subject["sub"])
        if found is None:
            raise NotFoundException(detail="Nobody here has this token's subject")
        return self.get_resource_type("User"), found


class Application(WSGIApplication):
    """Takes RS256 access tokens of one issuer for one audience (RFC 9068), checked against its published keys."""

    def __init__(self, storage, described, service, keys, issuer, audience, provisioning_token):
        super().__init__(storage, described, service)
        self.keys = keys
        self.expected = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
        )
        self.provisioning_token = provisioning_token

    def check_auth(self, request):
        scheme, _, token = (request.header("Authorization") or "").partition(" ")
        if scheme.lower() != "bearer":
            raise UnauthorizedException
        if self.provisioning_token and secrets.compare_digest(token, self.provisioning_token):
            request.checked_subject = PROVISIONING
            return
        try:
            claims = jwt.decode(token, self.keys, algorithms=["RS256"]).claims
            self.expected.validate(claims)
        except (JoseError, ValueError) as refused:
            print(f"token refused: {type(refused).__name__}", file=sys.stderr)
            raise UnauthorizedException from refused
        request.checked_subject = claims

    def get_subject(self, request):
        return getattr(request, "checked_subject", None)


def seed(storage, service, wanted):
    """Stores the seed, and gives the resource id of each person by the subject of their tokens."""
    ids, people = {}, {}

    def store(kind, resource):
        resource_type = service.get_resource_type(kind)
        named = {key: value for key, value in resource.items() if key not in ("id", "meta")}
        stored = storage.create(resource_type, service.get_model(resource_type).model_validate(named))
        ids[resource["id"]] = stored.id
        return stored.id

    def point(reference, endpoint):
        """Puts the chosen name of the resource into a reference of the seed."""
        old = reference.get("value")
        if old in ids:
            reference |= {"value": ids[old], "$ref": f"{endpoint}/{ids[old]}"}

    for group in wanted.get("groups", []):
        store("Group", {key: value for key, value in group.items() if key != "members"})
    for user in wanted["users"]:
        for membership in user.get("groups", []):
            point(membership, "Groups")
        people[user.get("externalId", user["userName"])] = store("User", user)
    for account in wanted["accounts"]:
        for holder in [account.get("owner"), *account.get("grants", [])]:
            if holder:
                point(holder, "Groups" if holder.get("type") == "Group" else "Users")
        store("SecondaryAccount", account)
    return people


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def fetch(address):
    with urllib.request.urlopen(address, timeout=10) as answer:
        return json.load(answer)


def end_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--issuer", required=True)
    arguments.add_argument("--audience", required=True)
    arguments.add_argument("--seed", required=True, type=pathlib.Path)
    arguments.add_argument("--provisioning-token")
    chosen = arguments.parse_args()

    discovered = fetch(chosen.issuer + "/.well-known/openid-configuration")
    keys = KeySet.import_key_set(fetch(discovered["jwks_uri"]))
    described = provider()
    storage, people = InMemoryStorage(), {}
    service = Directory(described, people)
    people.update(seed(storage, service, json.loads(chosen.seed.read_text())))
    application = Application(
        storage, described, service, keys, chosen.issuer, chosen.audience, chosen.provisioning_token
    )
    with make_server("127.0.0.1", 0, application, server_class=Server, handler_class=Quiet) as server:
        ready = {"port": server.server_port, "pid": os.getpid()}
        print(json.dumps(ready), flush=True)
        threading.Thread(target=end_with_parent, daemon=True).start()
        server.serve_forever()


if __name__ == "__main__":
    main()
