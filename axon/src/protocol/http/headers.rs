//! # Headers
//!
//! What is said of a message before the message: names with values, in order. A name may
//! stand there several times, and is the same in capitals.
//!
//! A value is bytes, of which the standard says no more than that they are no control
//! characters; each is a `char` here, as in Latin-1, so that none is lost on the way
//! through.
//!
//! Ancestor: the dictionary of headers in `Kamaelia/Protocol/HTTP/HTTPParser.py`.

/// The headers of a message.
///
/// ```
/// use axon::protocol::Headers;
///
/// let mut headers = Headers::default();
/// headers.add("Accept", "text/html");
/// headers.add("Accept", "text/plain");
/// assert_eq!(headers.get("accept"), Some("text/html"));
/// headers.set("accept", "*/*");
/// assert_eq!(headers.iter().collect::<Vec<_>>(), [("accept", "*/*")]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// Returns the value of the first header of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|it| it.0.eq_ignore_ascii_case(name)).map(|it| it.1)
    }

    /// Returns the values of all headers of that name, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(|it| it.0.eq_ignore_ascii_case(name)).map(|it| it.1)
    }

    /// Whether a word stands in a header of that name, which is a list with commas.
    pub fn lists(&self, name: &str, word: &str) -> bool {
        let words = self.all(name).flat_map(|value| value.split(','));
        words.into_iter().any(|it| it.trim().eq_ignore_ascii_case(word))
    }

    /// Adds a header behind the others.
    pub fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Puts a header in place of all of that name.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.remove(name);
        self.add(name, value);
    }

    /// Takes all headers of that name out.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|it| !it.0.eq_ignore_ascii_case(name));
    }

    /// Returns names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}
