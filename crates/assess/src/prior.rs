//! What shop people know before any data: which words and which facts speak for what.
//!
//! Training starts from these weights and is pulled back to them, so a word that no public text
//! uses still counts, and a word that the data knows better is overruled. Nothing here is measured:
//! public data has crimes and injuries, but no tills, no stores and no reporter's choice.

use std::collections::BTreeMap;

use crate::Category;
use crate::evidence::chosen_term;
use crate::fit::Lanes;
use crate::model::{SEVERE, VIOLENT};
use crate::text::{Words, pair_id};

/// Log-odds of a word that names the thing itself, and of one that goes with it.
const NAMES_IT: f32 = 2.5;
const GOES_WITH_IT: f32 = 1.0;
/// Log-odds for violence of a word that names it; for a serious injury of a word that tells of one.
const VIOLENT_WORD: f32 = 2.5;
const SEVERE_WORD: f32 = 1.0;
/// Log-odds of the reporter's choice: about nine in ten reporters choose what it is.
const CHOSEN: f32 = 3.5;

/// Words and pairs of words that name a category.
const NAMES: [(Category, &str); 13] = [
    (
        Category::Theft,
        "steal stole stolen stealing shoplift shoplifter shoplifting theft thief nicked",
    ),
    (
        Category::Robbery,
        "robbed robbery robber robbing mugged; held up; demanded money; armed robbery",
    ),
    (
        Category::Burglary,
        "burglary burgled burglar intruder; broke in; break in; broken into; forced entry",
    ),
    (
        Category::Violence,
        "punch kick slap headbutt headbutted spat spit assault assaulted attacked bit beaten strangled choked \
         elbowed kneed shoved pushed stabbed",
    ),
    (
        Category::Threat,
        "threat threaten threatening abusive abuse intimidated intimidating harassed; kill you",
    ),
    (
        Category::Weapon,
        "knife knives gun handgun firearm pistol shotgun rifle machete weapon blade axe sword crowbar hammer \
         screwdriver razor syringe needle armed",
    ),
    (
        Category::Sexual,
        "groped groping sexual sexually indecent indecently upskirting upskirt masturbating masturbated rape raped \
         fondled; exposed himself; touched inappropriately",
    ),
    (
        Category::Hate,
        "racist racism racial racially homophobic transphobic antisemitic islamophobic xenophobic slur slurs; \
         hate crime",
    ),
    (
        Category::Damage,
        "smashed vandalised vandalism vandalized graffiti damaged arson spraypainted; broke window",
    ),
    (
        Category::Fraud,
        "counterfeit forged fraud fraudulent fraudulently scam scammed chargeback cloned; fake note",
    ),
    (
        Category::Suspicious,
        "suspicious suspiciously loitering casing lurking; hanging around; acting strangely",
    ),
    (
        Category::Antisocial,
        "drunk intoxicated begging trespass trespassing nuisance rowdy; refused leave; refused to",
    ),
    (
        Category::Dishonesty,
        "embezzled embezzlement sweethearting; staff theft; employee stole; till short; staff discount",
    ),
];

/// Words that go with a category.
const COMPANY: [(Category, &str); 11] = [
    (
        Category::Theft,
        "took taken concealed unpaid trolley stuffed; without paying; not paying; walked out; ran off; left without",
    ),
    (
        Category::Robbery,
        "snatched grabbed demanded; the till; hand over",
    ),
    (
        Category::Burglary,
        "shutter padlock overnight; back door; alarm activated",
    ),
    (
        Category::Violence,
        "hit struck fight fighting grabbed wrestled",
    ),
    (
        Category::Threat,
        "swore shouted aggressive screaming verbally",
    ),
    (Category::Weapon, "bat bottle brandished pointed stabbed"),
    (Category::Damage, "broke broken kicked window"),
    (
        Category::Fraud,
        "refund receipt banknote voucher cheque; gift card; card declined",
    ),
    (Category::Suspicious, "watching hiding; taking pictures"),
    (
        Category::Antisocial,
        "shouting swearing youths banned loud urinated",
    ),
    (
        Category::Other,
        "slipped tripped fainted collapsed ill unwell ambulance leak lost accident paramedic; first aid",
    ),
];

/// Words that tell of force, and words that tell of a serious injury.
const VIOLENT_WORDS: &str = "punch kick slap headbutt spat assault assaulted attacked bit beaten strangled choked \
    shoved pushed stabbed shot gunshot fight altercation attacker assailant knife knives gun firearm pistol machete robbed robbery groped raped";
const SEVERE_WORDS: &str = "unconscious bleeding stabbed shot ambulance hospital fractured surgery";

/// What each fact speaks for.
const FACTS: [(&str, &[(Category, f32)]); 7] = [
    (
        "=till:refund-near",
        &[(Category::Fraud, 1.0), (Category::Dishonesty, 0.5)],
    ),
    (
        "=till:item-refunded",
        &[(Category::Fraud, 2.5), (Category::Dishonesty, 1.5)],
    ),
    ("=till:item-sold", &[(Category::Theft, -1.0)]),
    ("=till:voids", &[(Category::Dishonesty, 1.0)]),
    ("=till:no-sales", &[(Category::Dishonesty, 1.0)]),
    ("=hour:night", &[(Category::Burglary, 1.0)]),
    (
        "=value:very-large",
        &[(Category::Burglary, 0.3), (Category::Fraud, 0.3)],
    ),
];

/// How sure we are of these weights, in texts: a fact or word moves under training and under
/// overrides as if it had been seen so often before.
pub(crate) const PRIOR_COUNT: u32 = 20;

/// The weights before training: term, id and weights, sorted by term.
pub(crate) fn weights() -> Vec<(String, u64, Lanes)> {
    let mut known = Known::default();
    for (category, words) in NAMES {
        known.add_words(words, |lanes| lanes[category.place()] = NAMES_IT);
    }
    for (category, words) in COMPANY {
        known.add_words(words, |lanes| lanes[category.place()] = GOES_WITH_IT);
    }
    known.add_words(VIOLENT_WORDS, |lanes| lanes[VIOLENT] = VIOLENT_WORD);
    known.add_words(SEVERE_WORDS, |lanes| lanes[SEVERE] = SEVERE_WORD);
    for (term, evidence) in FACTS {
        let lanes = known.fact(term);
        for (category, log_odds) in evidence {
            lanes[category.place()] = *log_odds;
        }
    }
    for category in Category::ALL {
        let lanes = known.fact(chosen_term(category));
        lanes[category.place()] = CHOSEN;
        lanes[VIOLENT] = if category.is_violent() {
            VIOLENT_WORD
        } else {
            -0.5
        };
    }
    known
        .0
        .into_iter()
        .map(|(term, (id, lanes))| (term, id, lanes))
        .collect()
}

#[derive(Default)]
struct Known(BTreeMap<String, (u64, Lanes)>);

impl Known {
    fn add_words(&mut self, listed: &str, set: impl Fn(&mut Lanes)) {
        let mut words = Words::default();
        for clause in listed.split(';') {
            words.read(clause);
            let is_pair = words.list.len() == 2 && listed.contains(';');
            if is_pair {
                let (first, second) = (&words.list[0], &words.list[1]);
                let term = format!("{} {}", words.term(first), words.term(second));
                set(&mut self
                    .0
                    .entry(term)
                    .or_insert((pair_id(first.id, second.id), Lanes::default()))
                    .1);
            } else {
                for word in &words.list {
                    set(&mut self
                        .0
                        .entry(words.term(word))
                        .or_insert((word.id, Lanes::default()))
                        .1);
                }
            }
        }
    }

    fn fact(&mut self, term: &str) -> &mut Lanes {
        let id = crate::text::term_id(term);
        &mut self
            .0
            .entry(term.to_owned())
            .or_insert((id, Lanes::default()))
            .1
    }
}
