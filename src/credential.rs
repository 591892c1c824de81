//! Credentials: tokens and sign-in links for people, made on the server's own machine. Needs the log
//! alone, so that it works beside a running server where the database allows that.

use std::collections::BTreeMap;

use outcry_domain::actor::SystemId;
use outcry_domain::organisation::{Command, Credential, CredentialKind};
use outcry_domain::{PersonId, Time};
use outcry_identity::{Kind, Token};
use outcry_ledger::Ledger;

use crate::clock::{self, Clock};

/// Makes credentials and keeps their hashes in the log.
pub struct Credentials {
    ledger: Ledger,
    clock: Clock,
    url: String,
}

impl Credentials {
    /// `url` is where browsers find the house, without a slash at its end.
    pub fn new(ledger: Ledger, clock: Clock, url: String) -> Self {
        Self { ledger, clock, url }
    }

    /// A new credential of a person, and the token that is its only copy.
    pub async fn issue(
        &self,
        person: &PersonId,
        kind: CredentialKind,
        lasts_s: Option<u32>,
    ) -> anyhow::Result<Token> {
        let moment = self.clock.moment(SystemId::Setup);
        let expires_at = lasts_s.map(|s| moment.now.plus_s(s));
        let (token, command) = made(person, kind, expires_at);
        self.ledger.configure(command, &moment).await?;
        Ok(token)
    }

    /// An API token for each of these people, in one commit.
    pub async fn issue_all(
        &self,
        people: &[PersonId],
    ) -> anyhow::Result<BTreeMap<PersonId, String>> {
        let mut tokens = BTreeMap::new();
        let mut commands = Vec::with_capacity(people.len());
        for person in people {
            let (token, command) = made(person, CredentialKind::Api, None);
            commands.push(command);
            tokens.insert(person.clone(), token.reveal().to_owned());
        }
        self.ledger
            .configure_all(commands, &self.clock.moment(SystemId::Setup))
            .await?;
        Ok(tokens)
    }

    /// A link that opens a session for a person: once within a day, or, without an end, as often as
    /// it is opened (the demo's).
    pub async fn sign_in_link(
        &self,
        person: &PersonId,
        lasts_s: Option<u32>,
    ) -> anyhow::Result<String> {
        let token = self.issue(person, CredentialKind::SignIn, lasts_s).await?;
        Ok(self.link(&token))
    }

    /// A link that opens a session for a person once, and the command with which it counts.
    pub fn first_link(&self, person: &PersonId, expires_at: Time) -> (String, Command) {
        let (token, command) = made(person, CredentialKind::SignIn, Some(expires_at));
        (self.link(&token), command)
    }

    fn link(&self, token: &Token) -> String {
        format!("{}/sign-in/{}", self.url, token.reveal())
    }
}

/// A token, and the command with which it counts.
fn made(person: &PersonId, kind: CredentialKind, expires_at: Option<Time>) -> (Token, Command) {
    let of = match kind {
        CredentialKind::Api => Kind::Api,
        CredentialKind::Session => Kind::Session,
        CredentialKind::SignIn => Kind::SignIn,
    };
    let (token, hash) = outcry_identity::issue(of, clock::random());
    let credential = Credential {
        hash: hash.to_string(),
        kind,
        expires_at,
    };
    let person = person.clone();
    (token, Command::Issue { person, credential })
}
