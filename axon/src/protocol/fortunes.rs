//! # Fortunes
//!
//! A jar of fortune cookies: sayings of which each who asks gets one, and is gone. None
//! comes twice before all have come. All protocols that are made of one jar take from the
//! same.
//!
//! Ancestor: `Kamaelia/Protocol/FortuneCookieProtocol.py`, which ran `fortune` for each.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use bytes::Bytes;

use crate::library::OneShot;
use crate::shuffle::Shuffle;

/// A jar of fortune cookies. A clone is a hand in the same jar.
///
/// ```
/// use axon::protocol::Fortunes;
/// use axon::testing::Trial;
/// use bytes::Bytes;
///
/// let jar = Fortunes::read("Less is more.\n%\nThe sea is wide.\n", 7).unwrap();
/// assert_eq!(jar.len(), 2);
/// let jar = Fortunes::read("Less is more.", 7).unwrap();
/// Trial::of("cookie", jar.cookie())
///     .ends()
///     .expect("outbox", [Bytes::from("Less is more.\n")])
///     .run();
/// ```
#[derive(Clone)]
pub struct Fortunes {
    cookies: Rc<[Bytes]>,
    /// Which are in the jar, and the lots by which they are drawn.
    jar: Rc<RefCell<Shuffle>>,
}

impl Fortunes {
    /// Reads the sayings of a fortune file: texts between lines of nothing but `%`. The
    /// seed says in which order they come. Returns `None` if there is none.
    pub fn read(text: &str, seed: u64) -> Option<Self> {
        let mut cookies = vec![String::new()];
        for line in text.lines() {
            if line == "%" {
                cookies.push(String::new());
            } else if let Some(cookie) = cookies.last_mut() {
                cookie.push_str(line);
                cookie.push('\n');
            }
        }
        cookies.retain(|cookie| !cookie.trim().is_empty());
        let cookies: Rc<[Bytes]> = cookies.into_iter().map(Bytes::from).collect();
        let jar = Rc::new(RefCell::new(Shuffle::new(seed)));
        Some(Self { cookies, jar }).filter(|it| !it.cookies.is_empty())
    }

    /// Returns how many there are; at least one.
    #[expect(clippy::len_without_is_empty, reason = "no jar is empty")]
    pub fn len(&self) -> usize {
        self.cookies.len()
    }

    /// Makes a protocol that sends the next cookie, and ends.
    pub fn cookie(&self) -> OneShot<Bytes> {
        let mut jar = self.jar.borrow_mut();
        let drawn = jar.draw().or_else(|| {
            (0..self.cookies.len() as u32).for_each(|index| jar.add(index));
            jar.draw()
        });
        let index = drawn.expect("the jar has been filled, and no jar is empty");
        OneShot::new(self.cookies[index as usize].clone())
    }
}

impl fmt::Debug for Fortunes {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Fortunes({} cookies)", self.cookies.len())
    }
}
