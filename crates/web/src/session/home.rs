//! Where each role starts, and the pages of the app.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use outcry_domain::Role;

use super::Guest;
use crate::house::Shared;

/// The first page of a role.
pub(super) fn home_of(role: Role) -> &'static str {
    match role {
        Role::Clerk | Role::Terminal => "/terminal",
        Role::Manager => "/store",
        Role::Desk => "/desk",
        Role::Analyst => "/incidents",
        Role::Admin => "/stores",
        Role::Integration | Role::System => "/api/docs",
    }
}

/// To the page that tells how to sign in.
pub(crate) fn to_sign_in() -> Response {
    Redirect::to("/sign-in").into_response()
}

/// `GET /`: to the role's home, or to the sign-in page.
pub(crate) async fn home(State(_): State<Shared>, Guest(visitor): Guest) -> Response {
    let place = visitor.map_or("/sign-in", |visitor| home_of(visitor.actor.role));
    Redirect::to(place).into_response()
}
