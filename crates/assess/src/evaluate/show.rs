//! The evaluation as people read it.

use std::fmt;

use super::{Evaluation, Measures, Split, Trial};

/// A category with fewer texts than this is hardly learned.
const TEXTS_FEW: u32 = 300;

impl fmt::Display for Evaluation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for trial in &self.trials {
            writeln!(out, "{trial}")?;
        }
        writeln!(out, "Texts that taught each category")?;
        for (category, texts) in &self.texts_per_category {
            let note = if *texts < TEXTS_FEW {
                "  few: mostly reached by a rule or by the reporter"
            } else {
                ""
            };
            writeln!(out, "  {:<12}{texts:>6}{note}", category.id())?;
        }
        let speed = &self.speed;
        writeln!(out)?;
        writeln!(
            out,
            "Training {} texts: {:.0} ms, {:.0} texts/s",
            speed.texts, speed.train_ms, speed.train_texts_per_s
        )?;
        writeln!(
            out,
            "Model file: {} bytes, read in {:.1} ms",
            speed.model_bytes, speed.load_ms
        )?;
        write!(
            out,
            "Scoring one report: p50 {:.1} µs, p99 {:.1} µs; a text of 1 MiB {:.0} µs",
            speed.score_p50_us, speed.score_p99_us, speed.score_long_text_us
        )
    }
}

impl fmt::Display for Trial {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let split = match self.split {
            Split::Rows => "rows",
            Split::UnseenTexts => "unseen texts",
            Split::EveryTextUnseen => "every text, unseen",
        };
        writeln!(
            out,
            "{} ({split}: {} learned, {} asked)",
            self.name, self.trained_on, self.tested_on
        )?;
        writeln!(
            out,
            "  {:<18}accuracy  macro-F1  log loss  calibration error",
            ""
        )?;
        measures(out, "model", &self.model)?;
        measures(out, "plain naive Bayes", &self.plain)?;
        if let Some(to_beat) = self.to_beat {
            writeln!(
                out,
                "  {:<18}{:>8.2}{:>10.2}",
                "to beat", to_beat.accuracy, to_beat.macro_f1
            )?;
        }
        if self.split == Split::Rows {
            return Ok(());
        }
        write!(out, "  {:<12}", "is \\ answered")?;
        for class in &self.classes {
            write!(out, "{class:>7.6}")?;
        }
        writeln!(out)?;
        for (class, row) in self.classes.iter().zip(&self.confusion) {
            write!(out, "  {class:<13}")?;
            for count in row {
                write!(out, "{count:>7}")?;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

fn measures(out: &mut fmt::Formatter<'_>, name: &str, measures: &Measures) -> fmt::Result {
    write!(
        out,
        "  {name:<18}{:>8.4}{:>10.4}{:>10.4}{:>19.4}",
        measures.accuracy, measures.macro_f1, measures.log_loss, measures.calibration_error
    )?;
    if let Some(yes) = &measures.yes {
        write!(
            out,
            "   yes from {:.2}: finds {:.1} % of {}, {:.1} % of its yes are right",
            yes.from,
            yes.recall * 100.0,
            yes.positives,
            yes.precision * 100.0
        )?;
    }
    writeln!(out)
}
