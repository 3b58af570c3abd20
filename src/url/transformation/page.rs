//! Pages and layers of documents.

use super::allowed::Allowed;
use super::buffer::Buffer;
use super::composite_value::{CompositeValue, composite_types, from_numbers};
use super::documented;
use super::write_value::WriteValue;
use crate::problem::Problem;
use crate::url::encode::unescape_fully;

composite_types! {
    /// Pages or layers of a document (`pg`). Converts from a page number, counted from 1. See
    /// [thumbnails of documents](https://imagekit.io/docs/vector-and-animated-images#get-thumbnail-from-psd-pdf-ai-eps-and-animated-files).
    Page documented::PAGE
}

impl Page {
    /// Selects pages by their numbers, counted from 1.
    pub fn list(pages: impl IntoIterator<Item = u32>) -> Self {
        Self(
            pages
                .into_iter()
                .fold(CompositeValue::default(), |value, page| {
                    value.number("page", "", page, Allowed::FROM_ONE)
                }),
        )
    }

    /// Selects the pages from `first` to `last`, counted from 1. Without `last`, selects all pages
    /// from `first`.
    pub fn range(first: u32, last: Option<u32>) -> Self {
        let value = CompositeValue::separated_by('-').number("page", "", first, Allowed::FROM_ONE);
        Self(match last {
            Some(last) => value.number("page", "", last, Allowed::FROM_ONE),
            None => value.followed_by(&"-"),
        })
    }

    /// Selects at least one layer of a document, such as a PSD file, by name (`name-"a"_"b"`).
    ///
    /// Building the URL fails for an empty name, and for a name with `"`, `,`, `:` or `/`, escaped
    /// or not.
    pub fn layers<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let add = |value: CompositeValue, name| value.part("", &LayerName(name));
        let names = names.into_iter().fold(CompositeValue::default(), add);
        Self(CompositeValue::default().part("name-", &names))
    }
}

from_numbers! {
    Page "page" Allowed::FROM_ONE;
}

struct LayerName<'a>(&'a str);

impl WriteValue for LayerName<'_> {
    fn write(&self, buffer: &mut Buffer) {
        if self.0.is_empty() || unescape_fully(self.0).contains(&b'"') {
            buffer.refuse(Problem::new(
                "page",
                format!(
                    "{:?} is not a valid name of a layer: it is empty or has `\"`, escaped or not; give a name without it",
                    self.0
                ),
            ));
        }
        buffer.push_verbatim("\"");
        buffer.push_value(self.0);
        buffer.push_verbatim("\"");
    }
}
