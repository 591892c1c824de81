"""A mail server that misbehaves for some recipients and tells on standard output what it saw.

Its options are one argument of JSON: tls (none, starttls, implicit), certificate, key, login ([user, password]).
"""

import asyncio
import base64
import email
import email.policy
import json
import ssl
import sys
import time

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

options = json.loads(sys.argv[1])
connections = 0


def tell(event, **what):
    print(json.dumps({"event": event, **what}), flush=True)


class Server(SMTP):
    def connection_made(self, transport):
        global connections
        if not self.transport:
            connections += 1
            self.number = connections
            tell("connected", connection=self.number)
        super().connection_made(transport)

    def connection_lost(self, error):
        tell("disconnected", connection=self.number)
        super().connection_lost(error)

    def wanted(self):
        return self.envelope.rcpt_tos[0].split("@")[0] if self.envelope.rcpt_tos else ""

    async def smtp_MAIL(self, arg):
        tell("mail", connection=self.number)
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg):
        address = arg.split("<")[1].split(">")[0]
        match address.split("@")[0]:
            case "greylisted":
                await self.push("451 4.7.1 Greylisted, try again in a minute")
            case "nobody":
                await self.push(f"550-5.1.1 <{address.upper()}>: Recipient address rejected:\r\n550 5.1.1 no such user here")
            case "talkative":
                await self.push("\r\n".join(f"550-{'blah ' * 40}\x07" for _ in range(40)) + "\r\n550 the end")
            case "closing":
                await self.push("421 4.3.2 shutting down")
                self.transport.close()
            case "silent":
                await asyncio.sleep(3600)
            case "ahead":
                await self.push("250 OK\r\n250 OK once more")
            case "nonsense":
                await self.push("hello there")
            case _:
                await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg):
        wanted = self.wanted()
        if wanted == "stalled":
            await self.push("354 go on")
            tell("stalled", connection=self.number)
            await asyncio.sleep(3600)
        elif wanted == "cut":
            await self.push("354 go on")
            for _ in range(3):
                await self._reader.readuntil(b"\r\n")
            tell("cut", connection=self.number)
            self.transport.abort()
        else:
            await super().smtp_DATA(arg)
            if wanted == "last":
                # Hangs up once the letter is acknowledged, as servers do with idle connections.
                self.transport.close()


class Handler:
    async def handle_DATA(self, server, session, envelope):
        raw = envelope.original_content
        letter = email.message_from_bytes(raw, policy=email.policy.default)
        tell(
            "letter",
            connection=server.number,
            tls=server.transport.get_extra_info("cipher") is not None,
            greeting=session.host_name,
            user=session.auth_data,
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            options=envelope.mail_options,
            headers=[[name, str(value)] for name, value in letter.items()],
            body=letter.get_content(),
            defects=[repr(defect) for defect in letter.defects],
            raw=base64.b64encode(raw).decode(),
        )
        match server.wanted():
            case "rejected":
                return "554 5.7.1 Rejected by content scanner"
            case "full":
                return "452 4.2.2 Mailbox full"
            case "dropped":
                server.transport.abort()
                return "250 never seen"
            case "slow":
                await asyncio.sleep(0.05)
        return "250 2.0.0 Ok: queued as 4F2A"


def authenticate(server, session, envelope, mechanism, data):
    assert isinstance(data, LoginPassword)
    user, password = data.login.decode(), data.password.decode()
    return AuthResult(success=[user, password] == options.get("login"), auth_data=user, handled=False)


async def main():
    tls = options.get("tls", "none")
    context = None
    if tls != "none":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options["certificate"], options["key"])

    def server():
        return Server(
            Handler(),
            hostname="mail.test",
            tls_context=context if tls == "starttls" else None,
            require_starttls=tls == "starttls",
            authenticator=authenticate,
            auth_required="login" in options,
            auth_require_tls=tls == "starttls",
            loop=asyncio.get_running_loop(),
        )

    listening = await asyncio.get_running_loop().create_server(
        server, "127.0.0.1", 0, ssl=context if tls == "implicit" else None
    )
    tell("started", port=listening.sockets[0].getsockname()[1], now_s=int(time.time()))
    await listening.serve_forever()


asyncio.run(main())
