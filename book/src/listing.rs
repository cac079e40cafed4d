//! # Listing
//!
//! Cuts items out of Rust sources by name, so that a chapter shows the very lines that
//! are compiled and tested, and the sources need no markers that only a book
//! understands. The directives `listing` and `program` use it.
//!
//! Items are found by parsing, not by searching for text. What a macro makes cannot be
//! found that way, and is not looked for.

use std::fmt::Write;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Ident, ImplItem, Item, TraitItem, Type};

use crate::problem::nearest;
use crate::repository::Repository;

/// Shows the items that `arguments` name: a path, then items with commas between them,
/// then perhaps the word `code`, which leaves out the doc comments.
pub(crate) fn listing(
    repository: &Repository,
    arguments: &str,
) -> Result<String, String> {
    let (path, wanted) = arguments.split_once(' ').ok_or_else(|| {
        format!(
            "expected a path and the name of an item, found `{arguments}`; \
             {{{{#program …}}}} shows a whole file"
        )
    })?;
    let (wanted, code_only) = match wanted.trim().strip_suffix(" code") {
        Some(wanted) => (wanted, true),
        None => (wanted, false),
    };
    let text = repository.read(path)?;
    let source = syn::parse_file(&text).map_err(|error| {
        format!("`{path}` is not Rust that can be parsed: {error}")
    })?;
    let names: Vec<Named> = source.items.iter().flat_map(names).collect();
    let mut pieces = Vec::new();
    for name in wanted.split(',').map(str::trim) {
        for item in find(&names, name, path)? {
            pieces.push(cut(&text, item, code_only));
        }
    }
    Ok(show(path, &pieces.join("\n\n")))
}

/// Shows a whole file.
pub(crate) fn program(
    repository: &Repository,
    path: &str,
) -> Result<String, String> {
    let text = repository.read(path)?;
    if text.trim().is_empty() {
        return Err(format!("`{path}` is empty"));
    }
    Ok(show(path, text.trim_end()))
}

/// A name, and where that which has it stands.
type Named = (String, Span);

/// Everything in an item that can be named, the item itself first.
fn names(item: &Item) -> Vec<Named> {
    let one = |ident: &Ident| vec![(ident.to_string(), item.span())];
    match item {
        Item::Const(it) => one(&it.ident),
        Item::Enum(it) => one(&it.ident),
        Item::Fn(it) => one(&it.sig.ident),
        Item::Static(it) => one(&it.ident),
        Item::Struct(it) => one(&it.ident),
        Item::Type(it) => one(&it.ident),
        Item::Union(it) => one(&it.ident),
        Item::Macro(it) => it.ident.as_ref().map(one).unwrap_or_default(),
        Item::Mod(it) => {
            let inner =
                it.content.iter().flat_map(|(_, items)| items).flat_map(names);
            with_parts(one(&it.ident), &it.ident.to_string(), inner)
        }
        Item::Trait(it) => {
            let parts = it.items.iter().filter_map(|part| match part {
                TraitItem::Const(it) => Some((it.ident.to_string(), part.span())),
                TraitItem::Fn(it) => Some((it.sig.ident.to_string(), part.span())),
                TraitItem::Type(it) => Some((it.ident.to_string(), part.span())),
                _ => None,
            });
            with_parts(one(&it.ident), &it.ident.to_string(), parts)
        }
        Item::Impl(it) => {
            let owner = match &*it.self_ty {
                Type::Path(it) => last(&it.path),
                _ => String::from("_"),
            };
            let name = match &it.trait_ {
                Some((_, kind, _)) => format!("impl {} for {owner}", last(kind)),
                None => format!("impl {owner}"),
            };
            let parts = it.items.iter().filter_map(|part| match part {
                ImplItem::Const(it) => Some((it.ident.to_string(), part.span())),
                ImplItem::Fn(it) => Some((it.sig.ident.to_string(), part.span())),
                ImplItem::Type(it) => Some((it.ident.to_string(), part.span())),
                _ => None,
            });
            with_parts(vec![(name, item.span())], &owner, parts)
        }
        _ => Vec::new(),
    }
}

/// The names of a whole, and those of its parts, with its own in front.
fn with_parts(
    mut whole: Vec<Named>,
    owner: &str,
    parts: impl Iterator<Item = Named>,
) -> Vec<Named> {
    whole.extend(parts.map(|(name, span)| (format!("{owner}::{name}"), span)));
    whole
}

/// The last word of a path, which is what people call it: `fmt::Display` is `Display`.
fn last(path: &syn::Path) -> String {
    path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
}

/// The places of what is called `name`: one, or each of the impl blocks of that name.
fn find(names: &[Named], name: &str, path: &str) -> Result<Vec<Span>, String> {
    let found: Vec<Span> = names
        .iter()
        .filter(|(known, _)| known == name)
        .map(|(_, span)| *span)
        .collect();
    if found.is_empty() {
        let known: Vec<&str> =
            names.iter().map(|(known, _)| known.as_str()).collect();
        return Err(format!(
            "`{path}` has no item `{name}`{}",
            nearest(name, &known)
        ));
    }
    if found.len() > 1 && !name.starts_with("impl ") {
        let lines: Vec<String> =
            found.iter().map(|span| span.start().line.to_string()).collect();
        return Err(format!(
            "`{path}` has {} items `{name}`, in lines {}; name the impl block instead",
            found.len(),
            lines.join(" and ")
        ));
    }
    Ok(found)
}

/// The lines of an item, moved to the left margin.
fn cut(text: &str, item: Span, code_only: bool) -> String {
    let (first, last) = (item.start().line, item.end().line);
    let lines = text.lines().skip(first - 1).take(last + 1 - first);
    let is_doc = |line: &str| line.trim_start().starts_with("///");
    let lines: Vec<&str> =
        lines.filter(|line| !(code_only && is_doc(line))).collect();
    let depth = |line: &&str| line.len() - line.trim_start().len();
    let margin = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(depth)
        .min()
        .unwrap_or(0);
    let moved: Vec<&str> =
        lines.iter().map(|line| line.get(margin..).unwrap_or_default()).collect();
    moved.join("\n")
}

/// Rust source as Markdown, with the path that it comes from above it.
fn show(path: &str, code: &str) -> String {
    let fence = fence(code);
    let mut shown =
        format!("<div class=\"listing-path\">{path}</div>\n\n{fence}rust\n");
    for line in code.lines() {
        // mdBook takes a line that starts with a lone `#` for one to be hidden.
        let indent = line.len() - line.trim_start().len();
        let (margin, rest) = line.split_at(indent);
        let hidden = rest == "#" || rest.starts_with("# ") || rest.starts_with("##");
        let guard = if hidden { "#" } else { "" };
        writeln!(shown, "{margin}{guard}{rest}")
            .expect("a String takes whatever is written into it");
    }
    shown + &fence
}

/// A fence that is longer than any in the text.
pub(crate) fn fence(text: &str) -> String {
    let mut fence = String::from("```");
    while text.contains(&fence) {
        fence.push('`');
    }
    fence
}
