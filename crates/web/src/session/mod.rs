//! Who is at the door: an API token in a header, or a session in a cookie.

mod home;
mod prolong;
mod sign_in;
mod sign_out;
mod visitor;

pub(crate) use home::{home, to_sign_in};
pub(crate) use prolong::prolong;
pub(crate) use sign_in::{sign_in_closed, sign_in_open, sign_in_page};
pub(crate) use sign_out::sign_out;
pub(crate) use visitor::{Guest, Visitor, person_of};
