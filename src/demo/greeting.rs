//! What the demo says when it is ready: where to go, as whom, what to try first, and what is only simulated.

use std::fmt::Write as _;
use std::path::Path;

use outcry_domain::Role;

/// Somebody whom the visitor may be.
#[derive(Debug, Clone)]
pub struct Face {
    /// As what.
    pub role: Role,
    /// What they are called.
    pub name: String,
    /// Where, if at one store.
    pub store: Option<String>,
    /// A link that signs in as them.
    pub link: String,
}

/// Everything that the greeting speaks of.
#[derive(Debug, Clone, Copy)]
pub struct Greeting<'a> {
    /// Who may be signed in as, one per role.
    pub faces: &'a [Face],
    /// The file for scripts.
    pub demo_json: &'a Path,
    /// The data folder is removed at the end.
    pub is_temporary: bool,
    /// The page of the simulated mail server and webhook receiver.
    pub peers_page: &'a str,
}

impl Greeting<'_> {
    /// The block of lines to print, ending with a line break.
    pub fn words(&self) -> String {
        let mut text =
            String::from("\nOutcry is running a chain of 40 stores. Open a link to join in:\n\n");
        for face in self.faces {
            let _ = writeln!(text, "  {:<21} {}", seat(face.role), face.link);
            let _ = writeln!(text, "  {:<21} as {}", "", self.whom(face));
        }
        text.push_str(
            "\nTry this first: open the dispatch desk and press Start shift. Open the terminal in a private window or\n\
             another browser (one browser is signed in as one person), and file a theft or hold the help button\n\
             for a second. What you report is left to you: nobody else acknowledges it, so you can watch it\n\
             escalate.\n\n",
        );
        let _ = writeln!(
            text,
            "  For scripts: {}{}",
            self.demo_json.display(),
            self.kept()
        );
        text.push_str("  Simulated: the mail server and the webhook receiver.\n");
        let _ = writeln!(text, "  What they were sent: {}", self.peers_page);
        text.push_str(
            "\nPeople and stores are invented. The tills replay Online Retail (Chen 2015, UCI, CC BY 4.0); reports\n\
             follow San Francisco police incidents (PDDL) and OSHA injury reports (public domain), word for word.\n\
             Stop with Ctrl-C.\n",
        );
        text
    }

    fn whom(&self, face: &Face) -> String {
        match &face.store {
            Some(store) => format!("{}, {store}", face.name),
            None => face.name.clone(),
        }
    }

    fn kept(&self) -> &'static str {
        if self.is_temporary {
            " (removed at the end)"
        } else {
            ""
        }
    }
}

/// Where the link leads.
fn seat(role: Role) -> &'static str {
    match role {
        Role::Clerk => "Shop-floor terminal",
        Role::Manager => "Store manager",
        Role::Desk => "Dispatch desk",
        Role::Analyst => "Loss prevention",
        Role::Admin => "Administrator",
        Role::Terminal | Role::Integration | Role::System => role.words(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(role: Role, name: &str, store: Option<&str>) -> Face {
        let link = format!("http://127.0.0.1:8643/sign-in/{name}").replace(' ', "-");
        Face {
            role,
            name: name.into(),
            store: store.map(str::to_owned),
            link,
        }
    }

    #[test]
    fn a_visitor_knows_where_to_go() {
        let camden = Some("Camden High Street");
        let faces = [
            face(Role::Clerk, "Amy Bell", camden),
            face(Role::Manager, "Ben Hall", camden),
            face(Role::Desk, "Priya Shah", None),
            face(Role::Analyst, "Owen Reid", None),
            face(Role::Admin, "Zoe Young", None),
        ];
        let greeting = Greeting {
            faces: &faces,
            demo_json: Path::new("/tmp/outcry-demo/demo.json"),
            is_temporary: true,
            peers_page: "http://127.0.0.1:40001/",
        };
        insta::assert_snapshot!(greeting.words().trim(), @"
        Outcry is running a chain of 40 stores. Open a link to join in:

          Shop-floor terminal   http://127.0.0.1:8643/sign-in/Amy-Bell
                                as Amy Bell, Camden High Street
          Store manager         http://127.0.0.1:8643/sign-in/Ben-Hall
                                as Ben Hall, Camden High Street
          Dispatch desk         http://127.0.0.1:8643/sign-in/Priya-Shah
                                as Priya Shah
          Loss prevention       http://127.0.0.1:8643/sign-in/Owen-Reid
                                as Owen Reid
          Administrator         http://127.0.0.1:8643/sign-in/Zoe-Young
                                as Zoe Young

        Try this first: open the dispatch desk and press Start shift. Open the terminal in a private window or
        another browser (one browser is signed in as one person), and file a theft or hold the help button
        for a second. What you report is left to you: nobody else acknowledges it, so you can watch it
        escalate.

          For scripts: /tmp/outcry-demo/demo.json (removed at the end)
          Simulated: the mail server and the webhook receiver.
          What they were sent: http://127.0.0.1:40001/

        People and stores are invented. The tills replay Online Retail (Chen 2015, UCI, CC BY 4.0); reports
        follow San Francisco police incidents (PDDL) and OSHA injury reports (public domain), word for word.
        Stop with Ctrl-C.
        ");
        let kept = Greeting {
            is_temporary: false,
            ..greeting
        };
        assert!(!kept.words().contains("removed at the end"));
    }
}
