//! The report templates of a new organisation: short, chips before prose.

use crate::Category;
use crate::organisation::{Choice, Flag, Question, QuestionKind, Template};

const STAY_SAFE: &str = "Keep your distance. Do not follow anybody out of the store.";
const CALL: &str = "If anybody is in danger, leave and call the emergency number now.";
const KEEP: &str = "Do not touch anything. Keep the area clear until somebody has looked.";
const QUIET: &str = "Talk to nobody about it. Loss prevention will call you.";

/// One for every category but panic, which asks nothing.
pub(super) fn all() -> Vec<Template> {
    let mut all = tiles();
    all.extend(others());
    all
}

/// The six tiles of a terminal's home.
fn tiles() -> Vec<Template> {
    use Category as C;
    let damaged = "window:Window or door|goods:Goods|till:Till or equipment|vehicle:Vehicle|other:Something else";
    let doing = "watching:Watching staff or cameras|hiding:Hiding goods|returning:Coming back again and again|\
                 other:Something else";
    vec![
        template(
            C::Theft,
            "store",
            1,
            STAY_SAFE,
            vec![goods(), people(), still_here()],
        ),
        template(
            C::Threat,
            "shield-alert",
            2,
            CALL,
            vec![against(), people(), still_here(), weapon(), force()],
        ),
        template(
            C::Weapon,
            "octagon-alert",
            3,
            CALL,
            vec![weapon(), people(), still_here(), injury()],
        ),
        template(
            C::Damage,
            "triangle-alert",
            4,
            KEEP,
            vec![choice("what", "What is damaged?", damaged), still_here()],
        ),
        template(
            C::Suspicious,
            "search",
            5,
            STAY_SAFE,
            vec![
                choice("what", "What are they doing?", doing),
                people(),
                still_here(),
            ],
        ),
        template(
            C::Other,
            "info",
            6,
            STAY_SAFE,
            vec![people(), still_here(), weapon(), injury()],
        ),
    ]
}

/// What stands behind "Other" and on the desk.
fn others() -> Vec<Template> {
    use Category as C;
    let template = |category, icon, safety, questions| Template {
        tile: None,
        ..template(category, icon, 0, safety, questions)
    };
    let entry = "door:Door|window:Window|roof:Roof|unknown:Not known";
    let fraud =
        "refund:Refund|payment:Card or payment|counterfeit:Counterfeit notes|other:Something else";
    let inside = "refund:Refunds|cash:Cash|goods:Goods|discount:Discounts|other:Something else";
    let kind = |options| choice("kind", "What kind?", options);
    vec![
        template(
            C::Violence,
            "shield-alert",
            CALL,
            vec![against(), people(), still_here(), weapon(), injury()],
        ),
        template(
            C::Robbery,
            "octagon-alert",
            CALL,
            vec![goods(), people(), still_here(), weapon(), injury()],
        ),
        template(
            C::Burglary,
            "store",
            KEEP,
            vec![
                choice("entry", "How did they get in?", entry),
                goods(),
                still_here(),
            ],
        ),
        template(
            C::Sexual,
            "shield-alert",
            CALL,
            vec![still_here(), injury()],
        ),
        template(
            C::Hate,
            "shield-alert",
            CALL,
            vec![people(), still_here(), force(), weapon()],
        ),
        template(C::Fraud, "info", STAY_SAFE, vec![kind(fraud), still_here()]),
        template(
            C::Antisocial,
            "triangle-alert",
            STAY_SAFE,
            vec![people(), still_here(), weapon()],
        ),
        template(C::Dishonesty, "search", QUIET, vec![kind(inside)]),
    ]
}

fn template(
    category: Category,
    icon: &str,
    tile: u8,
    safety: &str,
    questions: Vec<Question>,
) -> Template {
    Template {
        category,
        name: category.words().into(),
        icon: icon.into(),
        tile: Some(tile),
        safety: safety.into(),
        questions,
    }
}

/// A question with one chip to choose; options are `id:label|id:label`.
fn choice(id: &str, label: &str, options: &str) -> Question {
    let options = options
        .split('|')
        .filter_map(|option| option.trim().split_once(':'));
    Question {
        id: id.into(),
        label: label.into(),
        kind: QuestionKind::Choice,
        options: options
            .map(|(id, label)| Choice {
                id: id.into(),
                label: label.into(),
            })
            .collect(),
        required: false,
        flag: None,
    }
}

fn flagged(flag: Flag, question: Question) -> Question {
    Question {
        flag: Some(flag),
        ..question
    }
}

fn yes_no(id: &str, label: &str) -> Question {
    Question {
        kind: QuestionKind::YesNo,
        ..choice(id, label, "")
    }
}

fn goods() -> Question {
    let goods = "spirits:Spirits|meat:Meat and cheese|cosmetics:Cosmetics|electronics:Electronics|\
                 clothing:Clothing|confectionery:Confectionery|tobacco:Tobacco|other:Something else";
    choice("goods", "What was taken?", goods)
}

fn against() -> Question {
    choice(
        "against",
        "Against whom?",
        "staff:Staff|customer:Customer|other:Somebody else",
    )
}

fn people() -> Question {
    choice(
        "people",
        "How many people?",
        "one:One|two:Two|group:Three or more",
    )
}

fn still_here() -> Question {
    let options = "yes:Still here|no:Left the store";
    flagged(
        Flag::StillHere,
        choice("still_here", "Are they still here?", options),
    )
}

fn weapon() -> Question {
    let options = "no:No|knife:Knife or blade|gun:Gun|other:Something else";
    flagged(
        Flag::Weapon,
        choice("weapon", "Was there a weapon?", options),
    )
}

fn injury() -> Question {
    flagged(Flag::Injury, yes_no("injury", "Is anybody hurt?"))
}

fn force() -> Question {
    flagged(Flag::Violence, yes_no("force", "Was force used?"))
}
