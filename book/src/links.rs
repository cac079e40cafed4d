//! # Links
//!
//! Reads the finished pages and follows their links, as a reader would: to a page, and
//! to a place on it. The press does so last, because only the finished HTML knows which
//! places there are.
//!
//! It looks at what the chapters wrote, between `<main>` and `</main>`, and trusts
//! mdBook with the rest. Addresses on the net are not visited.
//!
//! **Invariant:** a page fetches nothing from the net.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use crate::problem::{Problem, nearest};
use crate::repository::{files_in, inner_path};

/// Pages that mdBook makes out of the chapters, with the chapters' own links on them.
const MADE: [&str; 4] = ["404.html", "index.html", "print.html", "toc.html"];

/// Follows every link in a folder of pages.
///
/// # Errors
///
/// If a page cannot be read.
pub(crate) fn check(folder: &Path) -> io::Result<Vec<Problem>> {
    let mut pages = BTreeMap::new();
    let mut files = BTreeSet::new();
    for path in files_in(folder) {
        let name = inner_path(folder, &path);
        if name.ends_with(".html") {
            pages.insert(name.clone(), Page::read(&fs::read_to_string(&path)?));
        }
        files.insert(name);
    }
    let mut problems = Vec::new();
    for (name, page) in
        pages.iter().filter(|(name, _)| !MADE.contains(&name.as_str()))
    {
        for link in &page.links {
            if let Some(sentence) = broken(name, link, &pages, &files) {
                let file = format!("book/chapters/{}", name.replace(".html", ".md"));
                problems.push(Problem { file, line: None, sentence });
            }
        }
    }
    Ok(problems)
}

/// What is wrong with one link, if anything is.
fn broken(
    page: &str,
    link: &Link,
    pages: &BTreeMap<String, Page>,
    files: &BTreeSet<String>,
) -> Option<String> {
    let Link { attribute, target } = link;
    let outside = target.contains("://") || target.starts_with("//");
    if outside && attribute == "src" {
        return Some(format!("`{target}` would be fetched from the net"));
    }
    if outside || target.starts_with("mailto:") || target.starts_with("data:") {
        return None;
    }
    let (path, place) = target.split_once('#').unwrap_or((target, ""));
    let Some(path) = (match path {
        "" => Some(page.to_string()),
        path => beside(page, path),
    }) else {
        return Some(format!("the link `{target}` leads out of the book"));
    };
    if !files.contains(&path) {
        let known: Vec<&String> = files.iter().collect();
        let near = nearest(&path, &known);
        return Some(format!("the link `{target}` leads to no file{near}"));
    }
    let places = &pages.get(&path)?.places;
    if place.is_empty() || places.contains(place) {
        return None;
    }
    let known: Vec<&String> = places.iter().collect();
    let near = nearest(place, &known);
    Some(format!("the link `{target}` leads to no place on `{path}`{near}"))
}

/// A path as seen from the page that it stands on; none, if it leads out of the book.
fn beside(page: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// What a finished page offers to links, and asks of others.
#[derive(Default)]
struct Page {
    places: BTreeSet<String>,
    links: Vec<Link>,
}

/// An attribute `href` or `src`, and its value.
struct Link {
    attribute: String,
    target: String,
}

impl Page {
    /// Reads the attributes of all tags. mdBook writes each as ` name="value"`.
    fn read(html: &str) -> Self {
        let mut page = Self::default();
        let main = html
            .split_once("<main>")
            .and_then(|(_, rest)| rest.split_once("</main>"));
        let content = main.map_or("", |(content, _)| content);
        for tag in content.split('<').skip(1) {
            let tag = tag.split_once('>').map_or(tag, |(tag, _)| tag);
            let mut rest = tag;
            while let Some((name, after)) = rest.split_once("=\"") {
                let Some((value, after)) = after.split_once('"') else { break };
                let name = name.rsplit(char::is_whitespace).next().unwrap_or(name);
                let value = value.replace("&amp;", "&");
                match name {
                    "id" => {
                        page.places.insert(value);
                    }
                    "href" | "src" => page
                        .links
                        .push(Link { attribute: name.to_string(), target: value }),
                    _ => {}
                }
                rest = after;
            }
        }
        page
    }
}
