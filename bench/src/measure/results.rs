//! `RESULTS.md`: one section per benchmark between two marks; what people write between the sections stays.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use super::{Figure, Run, Target, number};
use crate::Setting;

/// The section of one benchmark.
pub(crate) fn section(name: &str, setting: &Setting, runs: &[Run]) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "| {name} | to reach | median | worst of {} | median ÷ target | |\n|---|---|---|---|---|---|",
        runs.len()
    );
    let first = runs.first().map_or(&[][..], |run| &run.figures);
    for (place, figure) in first.iter().enumerate() {
        let values: Vec<f64> = runs
            .iter()
            .filter_map(|run| Some(run.figures.get(place)?.value))
            .collect();
        let _ = writeln!(text, "{}", row(figure, values));
    }
    let notes: std::collections::BTreeSet<&str> = runs
        .iter()
        .flat_map(|run| run.notes.iter().map(String::as_str))
        .collect();
    for note in notes {
        let _ = writeln!(text, "\n{note}");
    }
    let conditions: Vec<String> = runs.iter().map(|run| run.conditions.to_string()).collect();
    let noisy = runs.iter().filter(|run| run.conditions.noisy()).count();
    let load = if setting.quick {
        "quick".to_owned()
    } else {
        format!("{} s a run", setting.seconds)
    };
    let _ = writeln!(
        text,
        "\n{} · {} · {load} · `{}`",
        today(),
        machine(),
        command()
    );
    let _ = writeln!(
        text,
        "\nRuns: {}. Noisy (without our load): {noisy} of {}.",
        conditions.join(" | "),
        runs.len()
    );
    text
}

fn row(figure: &Figure, mut values: Vec<f64>) -> String {
    values.sort_by(f64::total_cmp);
    let median = values.get(values.len() / 2).copied().unwrap_or(f64::NAN);
    let (low, high) = (values.first().copied(), values.last().copied());
    let unit = figure.unit;
    let shown = |value: f64| format!("{} {unit}", number(value));
    let Some(target) = figure.target else {
        let range = match (low, high) {
            (Some(low), Some(high)) => format!("{} – {}", number(low), shown(high)),
            _ => String::new(),
        };
        return format!("| {} | | {} | {range} | | |", figure.what, shown(median));
    };
    let (sign, goal, worst) = match target {
        Target::AtMost(goal) => ("≤", goal, high),
        Target::AtLeast(goal) => ("≥", goal, low),
    };
    let verdict = if target.reached(median) {
        "reached"
    } else {
        "**not reached**"
    };
    let worst = worst.map_or_else(String::new, shown);
    // Nothing is a fraction of nothing.
    let ratio = Some(target.ratio(median)).filter(|ratio| ratio.is_finite());
    let ratio = ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
    format!(
        "| {} | {sign} {} | {} | {worst} | {ratio} | {verdict} |",
        figure.what,
        shown(goal),
        shown(median)
    )
}

/// Replaces a benchmark's section in the file, or adds it at the end.
pub(crate) fn keep(file: &Path, name: &str, section: &str) -> anyhow::Result<()> {
    let (begin, end) = (
        format!("<!-- {name} -->\n"),
        format!("<!-- end of {name} -->\n"),
    );
    let mut text = std::fs::read_to_string(file).unwrap_or_default();
    match (text.find(&begin), text.find(&end)) {
        (Some(from), Some(until)) if from < until => {
            text.replace_range(from + begin.len()..until, section);
        }
        _ => {
            let _ = write!(text, "\n{begin}{section}{end}");
        }
    }
    std::fs::write(file, text)?;
    Ok(())
}

fn command() -> String {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    format!("bench/run {}", arguments.join(" "))
}

fn today() -> String {
    let now = crate::world::clock::now();
    now.rfc3339()
        .chars()
        .take(16)
        .collect::<String>()
        .replace('T', " ")
        + " UTC"
}

/// Processor, cores and memory.
fn machine() -> String {
    let field = |file: &str, key: &str| {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let line = text
            .lines()
            .find(|line| line.starts_with(key))
            .unwrap_or_default();
        line.split_once(':')
            .map_or_else(String::new, |(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kib: f64 = field("/proc/meminfo", "MemTotal")
        .trim_end_matches(" kB")
        .parse()
        .unwrap_or(0.0);
    let kernel = Command::new("uname").arg("-sr").output().ok();
    let kernel = kernel.map_or_else(String::new, |out| {
        String::from_utf8_lossy(&out.stdout).trim().to_owned()
    });
    format!(
        "{} × {cores}, {:.0} GB, {kernel}",
        field("/proc/cpuinfo", "model name"),
        kib / 1e6
    )
}
