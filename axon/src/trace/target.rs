//! # Target
//!
//! Where the trace of a program goes that knows nothing of it: what the environment
//! variable `AXON_TRACE` says. It is a path, and what is found there decides:
//!
//! | `AXON_TRACE` | the trace |
//! |---|---|
//! | `live` | is for viewers who come to the user's [meeting place](crate::trace::meeting_place) |
//! | a folder | is for viewers who come to a socket in it |
//! | a socket | is for the viewer who listens there |
//! | anything else | is written to that file |
//!
//! A file called `live` is `./live`.
//!
//! Ancestor: `--introspect`, an option of a few of the ancestor's programs.

use std::path::Path;

use crate::error::{Error, Result};
use crate::trace::recording::Recording;
use crate::trace::viewer::Letterbox;

/// Where a trace goes.
pub(crate) enum Target {
    /// To a file.
    File(Recording),
    /// To whoever comes to look.
    Viewers(Box<dyn Letterbox>),
}

impl Target {
    /// Opens what is found at a path; `ring` has the system look for letters.
    ///
    /// # Errors
    ///
    /// If the trace could not go there.
    pub(crate) fn open(
        target: &Path,
        ring: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self> {
        let opened = match live(target, ring) {
            Some(live) => live.map(Self::Viewers),
            None => Recording::to(target).map(Self::File),
        };
        opened.map_err(|error| Error::NoTrace {
            target: target.display().to_string(),
            why: error.to_string(),
        })
    }
}

/// Opens what is for viewers; none if the path is that of a file.
#[cfg(unix)]
fn live(
    target: &Path,
    ring: impl Fn() + Send + Sync + 'static,
) -> Option<std::io::Result<Box<dyn Letterbox>>> {
    use std::os::unix::fs::FileTypeExt;

    use crate::trace::live::{Live, meeting_place, prepare};

    let live = if target == "live" {
        let folder = meeting_place();
        prepare(&folder).and_then(|()| Live::listen(&folder, ring))
    } else if target.is_dir() {
        Live::listen(target, ring)
    } else if target.metadata().is_ok_and(|it| it.file_type().is_socket()) {
        Live::call(target, ring)
    } else {
        return None;
    };
    Some(live.map(|live| -> Box<dyn Letterbox> { Box::new(live) }))
}

/// There is nothing for viewers where there are no Unix sockets.
#[cfg(not(unix))]
fn live(
    target: &Path,
    _ring: impl Fn() + Send + Sync + 'static,
) -> Option<std::io::Result<Box<dyn Letterbox>>> {
    let is_live = target == "live" || target.is_dir();
    is_live.then(|| Err(std::io::Error::other("it needs Unix sockets")))
}
