//! Names for people who do not exist: a first name and a surname from two short lists, drawn together.

use crate::demo::chance::Chance;

const FIRST: [&str; 30] = [
    "Aisha", "Alan", "Amy", "Ben", "Bronwen", "Callum", "Carys", "Daniel", "Elena", "Farah",
    "Gareth", "Grace", "Hana", "Imran", "Isla", "Jack", "Jamal", "Joanna", "Kofi", "Leah", "Marek",
    "Megan", "Nadia", "Owen", "Priya", "Rhys", "Ruth", "Sam", "Tomasz", "Zoe",
];

const LAST: [&str; 30] = [
    "Ahmed", "Baker", "Begum", "Bell", "Carter", "Clarke", "Davies", "Evans", "Fraser", "Green",
    "Hall", "Hughes", "Iqbal", "Jones", "Kaur", "Kelly", "Lewis", "Mensah", "Morgan", "Nowak",
    "Okoro", "Patel", "Reid", "Shah", "Stone", "Taylor", "Turner", "Walker", "Wood", "Young",
];

/// Every pair once, in an order that follows from the seed.
pub(super) struct Names(std::vec::IntoIter<(usize, usize)>);

impl Names {
    pub(super) fn new(chance: &mut Chance) -> Self {
        let mut pairs: Vec<(usize, usize)> = (0..FIRST.len())
            .flat_map(|first| (0..LAST.len()).map(move |last| (first, last)))
            .collect();
        chance.shuffle(&mut pairs);
        Self(pairs.into_iter())
    }

    /// The next name that nobody has yet.
    pub(super) fn next(&mut self) -> String {
        let (first, last) = self
            .0
            .next()
            .expect("there are 900 pairs and a quarter as many people");
        format!("{} {}", FIRST[first], LAST[last])
    }
}
