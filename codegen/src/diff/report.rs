//! Differences as a reader sees them.

use std::fmt::{self, Write};

use super::{Diff, code_span};

impl Diff {
    /// The differences as Markdown, for a pull request.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = self.report(&mut out, &Form::MARKDOWN);
        out
    }

    fn report(&self, out: &mut impl Write, form: &Form) -> fmt::Result {
        let (breaking, compatible): (Vec<_>, Vec<_>) =
            self.changes.iter().partition(|change| change.is_breaking);
        if self.changes.is_empty() && self.snapshots.is_empty() {
            writeln!(out, "The client stays as it is.\n")?;
        }
        for (title, changes) in [("Breaking", breaking), ("Compatible", compatible)] {
            let items = changes
                .iter()
                .map(|change| (change.place.as_str(), change.what.clone()));
            section(out, form, title, items)?;
        }
        let idle = self
            .idle_actions
            .iter()
            .map(|action| (action.target.as_str(), "changes nothing".to_owned()));
        section(out, form, "Overlay actions without effect", idle)?;
        let left_out = self.left_out.iter().map(|line| {
            let (place, what) = line.split_once(' ').unwrap_or((line, ""));
            (place, what.to_owned())
        });
        section(out, form, "Not in the client", left_out)?;
        let snapshots = self.snapshots.iter().map(|block| {
            let counts = format!("{} +{} -{}", block.file, block.added, block.removed);
            (block.name.as_str(), counts)
        });
        section(out, form, "Snapshots", snapshots)
    }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report(f, &Form::TEXT)
    }
}

/// How headings, places and sentences are written.
struct Form {
    heading: &'static str,
    item: &'static str,
    is_markdown: bool,
}

impl Form {
    const TEXT: Self = Self {
        heading: "",
        item: "  ",
        is_markdown: false,
    };

    const MARKDOWN: Self = Self {
        heading: "### ",
        item: "- ",
        is_markdown: true,
    };

    fn place(&self, place: &str) -> String {
        if self.is_markdown {
            code_span(place)
        } else {
            place.replace(char::is_control, " ")
        }
    }
}

/// A heading with the number of its items, and the items.
fn section<'i>(
    out: &mut impl Write,
    form: &Form,
    title: &str,
    items: impl Iterator<Item = (&'i str, String)>,
) -> fmt::Result {
    let items: Vec<_> = items.collect();
    if items.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}{title} ({})", form.heading, items.len())?;
    if form.is_markdown {
        writeln!(out)?;
    }
    for (place, what) in items {
        writeln!(out, "{}{}: {what}", form.item, form.place(place))?;
    }
    writeln!(out)
}
