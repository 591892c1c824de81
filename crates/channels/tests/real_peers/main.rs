//! The channels against real peers: a mail server (aiosmtpd), an HTTP receiver that follows a script, and an
//! independent verifier of signed webhooks. The peers install themselves below the target directory.
#![allow(clippy::unwrap_used, reason = "tests may")]

mod hostile;
mod lanes;
mod letters;
mod mail;
mod manual;
mod peers;
mod receiver;
mod signatures;
mod webhook;
