//! Who is at the door: the tokens that people and machines show, and how long each is good for.
//! Knows no incident, no role, no storage, no HTTP library, no clock and no source of randomness.
//!
//! A caller that shows a token is looked up by the token's hash; the house keeps only hashes, never a token:
//!
//! ```
//! use outcry_identity::{Kind, Token, issue};
//!
//! let random = [7; 32]; // 32 bytes of the operating system's randomness
//! let (token, kept) = issue(Kind::Session, random);
//! let shown = Token::parse(token.reveal()).unwrap();
//! assert_eq!(shown.hash(), kept);
//! ```
//!
//! # Where further ways to sign in go
//! Whatever proves who somebody is ends in a session: a module verifies its proof and the caller then issues a
//! [`Kind::Session`] token. So a passkey is `passkey.rs` (a `WebAuthn` ceremony with the challenge as an argument), a
//! company sign-in is `oidc.rs` (`OpenID` Connect, with the provider's answer as an argument), a device key is
//! `device.rs` (a client certificate or a signed request). None of them needs a change in the files that are here.

mod bearer;
mod cookie;
mod issue;
mod lifetimes;
mod parse;
mod token;

pub use bearer::bearer;
pub use cookie::{COOKIE, clear_cookie, needs_secure, session_cookie, session_from};
pub use issue::issue;
pub use lifetimes::Lifetimes;
pub use parse::ParseError;
pub use token::{Kind, RANDOM_BYTES, Token, TokenHash};
