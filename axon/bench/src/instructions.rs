//! # Instructions
//!
//! How many instructions axon takes for each case, beside a baseline in a file. Time goes
//! up and down with whatever else the machine does; instructions do not, so a change of a
//! few is seen. They are no measure of speed: one can cost nothing, or a visit to the main
//! memory.
//!
//! They are counted in two runs of different lengths, so that what is done once cancels
//! out. The baseline belongs to one compiler and one kind of processor: elsewhere, write
//! one of your own first.

use std::fmt::Write;
use std::path::Path;
use std::{fs, io};

use crate::case::Case;
use crate::errand;
use crate::peer::Peer;

/// How much more than the baseline is a regression: what the order of addresses and hashes
/// may change from run to run is less.
const TOLERANCE: f64 = 0.02;

/// Where the baseline is.
const BASELINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.txt");

/// Counts, and prints each beside the baseline, or writes a new baseline. Returns whether
/// none is too high.
///
/// # Errors
///
/// If valgrind or the file cannot be used.
pub(crate) fn check(cases: &[Case], bless: bool) -> io::Result<bool> {
    let baseline = fs::read_to_string(BASELINE).unwrap_or_default();
    let mut counted = String::new();
    let mut is_well = true;
    for case in Case::ALL {
        let name = case.name();
        let before = baseline.lines().find_map(|line| {
            let (of, number) = line.split_once(' ')?;
            (of == name).then(|| number.trim().parse::<f64>().ok())?
        });
        // While one core looks out for the other, it counts up for nothing; and how many
        // guests are served at once is a matter of time.
        let is_vague =
            case.has_sleepers() || case.has_guests() || case == Case::CrossCore;
        // Unwatched, these are others.
        let is_vague = is_vague || case.is_watched();
        if !cases.contains(&case) || is_vague {
            if let Some(before) = before {
                let _ = writeln!(counted, "{name} {before:.1}");
            }
            continue;
        }
        let now = count(case)?;
        let _ = writeln!(counted, "{name} {now:.1}");
        let ratio = before.map(|before| now / before - 1.0);
        let too_many = ratio.is_some_and(|ratio| ratio > TOLERANCE);
        is_well &= !too_many || bless;
        let beside = ratio.map_or("no baseline".to_string(), |ratio| {
            let verdict = if too_many { ": too many" } else { "" };
            format!("{:+.1} % of the baseline{verdict}", ratio * 100.0)
        });
        println!("{name:<10} {now:>8.1} instructions for {}, {beside}", case.unit());
    }
    if bless {
        fs::write(Path::new(BASELINE), counted)?;
    }
    Ok(is_well)
}

fn count(case: Case) -> io::Result<f64> {
    let batch = case.load(false).components as u64;
    // Both lengths are made of whole rounds of whatever a case is made of.
    let (short, long) = match case {
        Case::Spawn => (batch, 3 * batch),
        // Each is delivered a thousand times.
        Case::Broadcast => (640, 1_280),
        _ => (6_400, 32_000),
    };
    let less = errand::instructions(case, Peer::Axon, short)?;
    let more = errand::instructions(case, Peer::Axon, long)?;
    let hops = |messages| {
        let load = case.load(false);
        case.hops(crate::case::Load { messages, ..load }) as f64
    };
    Ok((more as f64 - less as f64) / (hops(long) - hops(short)))
}
