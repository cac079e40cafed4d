//! # Table
//!
//! Shows what was measured: as a table for people, and as JSON lines for programs. The
//! ratio is to the best of the others: above one, this one is faster than all of them.

use std::fmt::Write;

use serde::Serialize;

use crate::case::Case;
use crate::round::Figure;

/// Returns the table of one case.
pub(crate) fn text(case: Case, figures: &[Figure]) -> String {
    let Some(first) = figures.first() else {
        return format!("{}: none of these peers takes part\n", case.name());
    };
    let floor = first.floor;
    let mut text = format!(
        "{}: {}\n{:<14} {:>9} {:>17} {:>9} {:>10}",
        case.name(),
        case.unit(),
        "",
        "ns median",
        "fastest..slowest",
        "in floors",
        "best other"
    );
    if case.has_sleepers() {
        text += " bytes asleep";
    }
    if figures.iter().any(|figure| figure.event.is_some()) {
        text += " its thread's an event";
    }
    for figure in figures {
        let (fastest, slowest) = figure.spread();
        let median = figure.median();
        let ratio = ratio(figure, figures);
        let ratio = ratio.map_or(String::new(), |ratio| format!("{ratio:.2} x"));
        // Writing into a string does not fail.
        let _ = write!(
            text,
            "\n{:<14} {median:>9.2} {:>17} {:>9.1} {ratio:>10}",
            figure.peer.name(),
            format!("{fastest:.2}..{slowest:.2}"),
            median / floor,
        );
        if let Some(bytes) = figure.asleep {
            let _ = write!(text, " {bytes:>12.0}");
        }
        if let Some(event) = figure.event {
            let _ = write!(text, " {event:>21.1}");
        }
    }
    let _ = writeln!(text, "\n{:<14} {floor:>9.2}", "floor");
    text
}

/// Returns a line for each peer.
pub(crate) fn json(figures: &[Figure]) -> String {
    let line = |figure: &Figure| {
        let (fastest_ns, slowest_ns) = figure.spread();
        let line = Line {
            case: figure.case.name(),
            peer: figure.peer.name(),
            median_ns: figure.median(),
            fastest_ns,
            slowest_ns,
            floor_ns: figure.floor,
            ratio: ratio(figure, figures),
            bytes_asleep: figure.asleep,
            event_ns: figure.event,
        };
        serde_json::to_string(&line).expect("numbers and names are JSON") + "\n"
    };
    figures.iter().map(line).collect()
}

#[derive(Serialize)]
struct Line {
    case: &'static str,
    peer: &'static str,
    median_ns: f64,
    fastest_ns: f64,
    slowest_ns: f64,
    floor_ns: f64,
    /// The best other's median, in medians of this one; absent if there is no other.
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio: Option<f64>,
    /// How much memory each sleeper takes; absent if nobody sleeps in this case.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes_asleep: Option<f64>,
    /// How long the system's own thread works for each event of its recording; absent if
    /// there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    event_ns: Option<f64>,
}

fn ratio(figure: &Figure, all: &[Figure]) -> Option<f64> {
    let others = all.iter().filter(|other| other.peer != figure.peer);
    let best = others.map(Figure::median).min_by(f64::total_cmp)?;
    Some(best / figure.median())
}
