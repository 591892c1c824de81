# What became of an attempt to tell somebody, where no provider said it itself. A delivery keeps it as it was said.

outcome-screen = on an open screen
outcome-no-screen = is not signed in at any screen
outcome-no-address = has no address for this channel
outcome-screen-address = a screen is no address
outcome-key = the key does not fit
# $text is what the provider said
outcome-idle = { $text } (not tried again: nobody waits for it any more)
outcome-tried = { $text } (tried { $count } times)

outcome-mail-unset = Mail is not set up: an administrator must name a mail server in the settings.
outcome-mail-address = This is not a mail address that letters can be sent to: it must look like name@shop.example, in plain letters.
outcome-mail-busy = All connections to the mail server are busy.
outcome-mail-silent = The mail server gave no answer within { $seconds } s.
outcome-mail-unreached = The mail server could not be reached: { $why }
outcome-mail-confused = The mail server's answers do not fit what it was asked.
outcome-mail-broken = The connection to the mail server broke off: { $why }
# One of them may be the $why of a mail server that could not be reached
outcome-why-greeting = no greeting within { $seconds } s
outcome-why-nowhere = its name has no address
outcome-why-slow = connection timed out
outcome-why-plain = STARTTLS is not supported on this server

outcome-hook-unset = Webhooks are not set up: an administrator must set a signing secret for this receiver.
outcome-hook-large = The message is larger than { $most } KiB.
outcome-hook-busy = All connections to this receiver are busy.
outcome-hook-silent = The receiver gave no answer within { $seconds } s.
outcome-hook-unreached = The receiver could not be reached: { $why }
outcome-hook-broken = The receiver broke off: { $why }
# $status is the receiver's own, such as 301 Moved Permanently
outcome-hook-moved = { $status } (redirects are not followed: change the receiver's address)
outcome-hook-no-url = This is not a web address such as https://hooks.example.com/outcry.
outcome-hook-plain = A plain http address can be read and changed on its way: use https.
outcome-hook-scheme = A receiver's address must begin with https://.
outcome-hook-password = The address holds a user name or password: leave it out, calls prove themselves by their signature.
# $why is one of the lines below
outcome-hook-out-of-reach = This receiver's address lies where calls must not go: { $why }.
outcome-why-link-local = a link-local, machine-credential or broadcast address
outcome-why-private = a private network or this very machine; allow_private is not set
outcome-why-no-address = it has no address at all
