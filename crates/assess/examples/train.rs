//! Trains the shipped model again, after a change of the data or of how it is learned:
//! `cargo run --release -p outcry-assess --example train`

use outcry_assess::{Corpus, Model};

fn main() -> std::io::Result<()> {
    let (model, told) = Model::train_and_tell(&Corpus::shipped());
    std::fs::write(
        concat!(env!("CARGO_MANIFEST_DIR"), "/model/shipped.txt"),
        model.to_file(),
    )?;
    println!("{told}");
    Ok(())
}
