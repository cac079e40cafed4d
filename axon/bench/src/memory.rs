//! # Memory
//!
//! How much memory the process has in use, as the operating system counts it. It is not
//! known everywhere; then nothing is said of it.

/// Returns the resident bytes.
pub(crate) fn resident() -> Option<u64> {
    let sizes = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = sizes.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// Returns how many bytes have come for each of so many since then.
pub(crate) fn each_since(before: Option<u64>, components: usize) -> Option<f64> {
    let more = resident()?.saturating_sub(before?);
    Some(more as f64 / components as f64)
}

/// Returns the number of this thread.
pub(crate) fn thread() -> Option<String> {
    let link = std::fs::read_link("/proc/thread-self").ok()?;
    Some(link.file_name()?.to_str()?.to_string())
}
