//! Prints what `outcry model evaluate` prints, for this crate alone:
//! `cargo run --release -p outcry-assess --example evaluate [-- --json]`

fn main() {
    let evaluation = outcry_assess::evaluate(&outcry_assess::Corpus::shipped());
    if std::env::args().any(|argument| argument == "--json") {
        println!(
            "{}",
            serde_json::to_string_pretty(&evaluation).expect("an evaluation is plain numbers")
        );
    } else {
        println!("{evaluation}");
    }
}
