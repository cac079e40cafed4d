//! A player with a playlist: one song after another in the same place, each made when the
//! one before is over.
//!
//! `cargo run -p axon --example carousel`

use axon::chassis::{
    Carousel, Chooser, Graphline, Pipeline, join_chooser_to_carousel,
};
use axon::library::{ConsoleEchoer, DataSource};

/// A song of the clown's, and how many verses it has.
type Song = (&'static str, u32);

const SONGS: [Song; 3] =
    [("O mistress mine", 2), ("Come away, death", 2), ("The rain it raineth", 5)];

/// The playlist, and what plays it.
pub(crate) fn player() -> axon::Result<Graphline> {
    let verses = |(title, count): Song| {
        DataSource::new((1..=count).map(move |verse| format!("{title}: {verse}")))
    };
    join_chooser_to_carousel(
        Chooser::new(SONGS).once(),
        Carousel::new(verses).sends::<String>(),
    )
}

fn main() -> axon::Result<()> {
    Pipeline::new()
        .then("player", player()?)
        .then("printer", ConsoleEchoer::default())
        .run()
}
