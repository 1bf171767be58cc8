"""A real mail server for the tests (aiosmtpd): STARTTLS or TLS, a password, and recipients that are refused.

Prints its port, then one JSON line for every mail it takes.
"""
import asyncio, json, ssl, sys
from email import message_from_bytes, policy
from aiosmtpd.smtp import AuthResult, SMTP

options = json.loads(sys.argv[1])


class Mails:
    greylisted = set()

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address.startswith("nobody@"):
            return "550 5.1.1 There is no such person here"
        if address.startswith("later@") and address not in self.greylisted:
            self.greylisted.add(address)
            return "451 4.7.1 Greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=policy.default)
        print(json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "hello": session.host_name, "encrypted": session.ssl is not None,
            "user": session.auth_data.login.decode() if session.auth_data else None,
            "headers": {name: str(value) for name, value in mail.items()}, "text": mail.get_content(),
        }), flush=True)
        return "250 OK"


def sign_in(server, session, envelope, mechanism, data):
    good = data.login == b"desktops" and data.password == b"s3cret of the relay"
    return AuthResult(success=good, handled=False) if not good else AuthResult(success=True, auth_data=data)


async def main():
    context = None
    if options.get("certificate"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options["certificate"], options["key"])
    starttls = context if options["mode"] == "starttls" else None
    secured = options["mode"] != "plain"

    def session():
        return SMTP(Mails(), tls_context=starttls, require_starttls=starttls is not None, authenticator=sign_in if options.get("auth") else None,
                    auth_required=bool(options.get("auth")), auth_require_tls=starttls is not None, auth_exclude_mechanism=options.get("without", []))

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0, ssl=context if options["mode"] == "tls" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
