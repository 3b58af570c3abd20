//! Searches of the media library, without network and without hand-made strings.
//!
//! A search consists of conditions on fields. [`assets().list()`](crate::ImageKit::assets) and its variants take it as
//! `search_query`, and [`Search::build`] gives its text, for ImageKit's parameter
//! [`searchQuery`](https://imagekit.io/docs/api-reference/digital-asset-management-dam/list-and-search-assets#advanced-search-queries).
//!
//! ```
//! use imagekitio::search;
//!
//! let query = search::path().within("/products")
//!     & (search::size().more_than("1mb") | search::width().more_than(2000))
//!     & search::updated_at().before("30d")
//!     & !search::tags().one_of(["keep", "hero"]);
//! assert_eq!(
//!     query.build()?,
//!     r#"path : "/products" AND (size > "1mb" OR width > 2000) AND updatedAt < "30d" AND tags NOT IN ["keep", "hero"]"#
//! );
//! # Ok::<(), imagekitio::Error>(())
//! ```
//!
//! # And, or, not
//!
//! - `a & b` matches what both match, `a | b` what one of them matches. Rust's precedence and parentheses apply, and the
//!   text has parentheses wherever ImageKit could read it in another way.
//! - `!a` matches what `a` doesn't match. ImageKit negates conditions with `=`, `IN` and `EXISTS` only, depending on the
//!   field. These are a [`Clause`], and so is what `&`, `|` and `!` make of clauses. Any other search is a [`Search`], and
//!   `!` of it doesn't compile. For the opposite of `less_than` there is `at_least`.
//! - `query &= a` and `query |= a` add a condition to a [`Search`], for filters that are optional:
//!
//! ```
//! use imagekitio::search::{self, Search};
//!
//! fn photos(name: Option<&str>) -> Search {
//!     let mut query = Search::from(search::format().one_of(["jpg", "png"]));
//!     if let Some(name) = name {
//!         query &= search::name().has(name);
//!     }
//!     query
//! }
//!
//! assert_eq!(photos(None).build()?, r#"format IN ["jpg", "png"]"#);
//! assert_eq!(photos(Some("red dress")).build()?, r#"format IN ["jpg", "png"] AND name HAS "red dress""#);
//! # Ok::<(), imagekitio::Error>(())
//! ```
//!
//! # Values
//!
//! Strings may come from users: they are quoted, and operators, parentheses and single quotes in them mean nothing. ImageKit
//! documents no way to write a double quote, a backslash or a control character in a string. A value with one is refused
//! before any request, because an invented escape could end the string and let the rest of the value act as a condition.
//!
//! ```
//! use imagekitio::search;
//!
//! let query = search::name().is("a' OR private = true");
//! assert_eq!(query.build()?, r#"name = "a' OR private = true""#);
//!
//! let error = search::name().is(r#"a" OR private = true"#).build().unwrap_err();
//! assert_eq!(error.option(), Some("search_query"));
//! # Ok::<(), imagekitio::Error>(())
//! ```
//!
//! # Fields
//!
//! Each field has the operators that ImageKit documents for it as methods. Any other one doesn't compile.
//!
//! | field | ImageKit's name | `=` | `IN` | `NOT =` | `NOT IN` | `:` | `HAS` | `EXISTS` | `<` `<=` `>` `>=` | values |
//! |---|---|---|---|---|---|---|---|---|---|---|
//! | [`name`] | `name` | `is` | `one_of` | `!is` | `!one_of` | `starts_with` | `has` | | | strings |
//! | [`path`] | `path` | `is` | `one_of` | `!is` | `!one_of` | `within` | | | | folders |
//! | [`tags`] | `tags` (also `AITags`) | | `one_of` | | `!one_of` | | `has` | `exists`, `!exists` | | strings |
//! | [`kind`] | `type` | `is` | `one_of` | `!is` | `!one_of` | | | | | [`AssetKind`] |
//! | [`id`], [`created_by`] | `id`, `createdBy` | `is` | `one_of` | `!is` | `!one_of` | | | | | strings |
//! | [`created_at`], [`updated_at`] | `createdAt`, `updatedAt` | `is` | `one_of` | `!is` | `!one_of` | | | | `before`, `at_or_before`, `after`, `at_or_after` | [`PointInTime`] |
//! | [`width`], [`height`] | `width`, `height` | `is` | `one_of` | `!is` | `!one_of` | | | | `less_than`, `at_most`, `more_than`, `at_least` | [`Pixels`] |
//! | [`size`] | `size` | `is` | `one_of` | `!is` | `!one_of` | | | | `less_than`, `at_most`, `more_than`, `at_least` | [`Size`] |
//! | [`video_duration`] | `videoDuration` | `is` | `one_of` | `!is` | `!one_of` | | | | `less_than`, `at_most`, `more_than`, `at_least` | [`VideoDuration`] |
//! | [`format()`] | `format` | `is` | `one_of` | | | | | | | strings |
//! | [`private`], [`published`], [`transparency`] | the same | `is` | | | | | | | | booleans |
//! | [`keywords`] | `"embeddedMetadata.Keywords"` | | `one_of` | | | | | `exists` | | strings |
//! | [`date_time_original`] | `"embeddedMetadata.DateTimeOriginal"` | `is` | `one_of` | `!is` | `!one_of` | | | | `before`, `at_or_before`, `after`, `at_or_after` | [`PointInTime`] |
//! | [`location_taken`] | `"embeddedMetadata.LocationTaken"` | `near` | | | | | | | | degrees, kilometers |
//! | [`custom_metadata(f)`](custom_metadata) `.text()` | `"customMetadata.f"` | `is` | `one_of` | | | `starts_with` | `has` | `exists` | | strings |
//! | `custom_metadata(f).number()` | | | | | | | | `exists` | `less_than`, `at_most`, `more_than`, `at_least` | numbers |
//! | `custom_metadata(f).date()` | | | | | | | | `exists` | `before`, `at_or_before`, `after`, `at_or_after` | [`PointInTime`] |
//! | `custom_metadata(f).boolean()` | | `is` | | | | | | `exists` | | booleans |
//! | `custom_metadata(f).single_select()` | | `is` | `one_of` | | | | | `exists` | | [`SelectValue`] |
//! | `custom_metadata(f).multi_select()` | | | `one_of` | | `!one_of` | | | `exists` | | [`SelectValue`] |
//! | [`original_created_at`] | `"customMetadata._internal_original_created_datetime"` | | | | | | | `exists` | `before`, `at_or_before`, `after`, `at_or_after` | [`PointInTime`] |
//!
//! For anything else, such as an operator that is new, there is [`Search::raw`], and strings become raw searches by
//! themselves where a search is expected.

mod field;
mod value;

use std::fmt;
use std::ops::{BitAnd, BitAndAssign, BitOr, BitOrAssign, Not};

pub use field::{
    BooleanField, CustomBooleanField, CustomDateField, CustomMetadata, CustomMultiSelectField,
    CustomNumberField, CustomSingleSelectField, CustomTextField, DateField, ExactField,
    FormatField, KeywordsField, KindField, LocationField, NameField, OrderedField, PathField,
    TagsField, created_at, created_by, custom_metadata, date_time_original, format, height, id,
    keywords, kind, location_taken, name, original_created_at, path, private, published, size,
    tags, transparency, updated_at, video_duration, width,
};
#[cfg(feature = "client")]
pub(crate) use value::quotable_start;
pub use value::{
    Pixels, PointInTime, SelectValue, Size, VideoDuration, days_ago, hours_ago, months_ago,
    weeks_ago, years_ago,
};

use crate::error::Error;
use crate::expression::Expression;
use crate::problem::Problem;

/// A search of the media library: conditions joined by `&` and `|`. See the [module](self).
#[derive(Clone, PartialEq)]
#[must_use = "a search does nothing by itself; give it to a list of assets"]
pub struct Search(Result<Expression, Problem>);

impl Search {
    /// A search in ImageKit's own language, sent as it is. Don't put values into it that come from users.
    ///
    /// ```
    /// use imagekitio::search::{self, Search};
    ///
    /// let query = Search::raw(r#"name : "a" OR name : "b""#) & search::private().is(false);
    /// assert_eq!(query.build()?, r#"(name : "a" OR name : "b") AND private = false"#);
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Joined with another search, [`build`](Self::build) and the request refuse it if it is blank, or if a quote or a
    /// parenthesis isn't closed: the other search could lose its effect.
    pub fn raw(text: impl Into<String>) -> Self {
        Self(Ok(Expression::raw(text.into())))
    }

    /// The text of the search.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for the first value that can't be part of a search.
    pub fn build(&self) -> Result<String, Error> {
        match &self.0 {
            Ok(expression) => Ok(expression.as_str().to_owned()),
            Err(problem) => Err(problem.clone().into()),
        }
    }

    fn condition(text: Result<String, Problem>) -> Self {
        Self(text.map(Expression::condition))
    }

    /// Whether this is raw text of white space.
    #[cfg(feature = "client")]
    pub(crate) fn is_blank(&self) -> bool {
        self.0
            .as_ref()
            .is_ok_and(|expression| expression.as_str().trim().is_empty())
    }

    fn join(self, other: Self, join: fn(Expression, Expression) -> Expression) -> Self {
        Self(self.0.and_then(|first| {
            let second = other.0?;
            check_raw(&first)?;
            check_raw(&second)?;
            Ok(join(first, second))
        }))
    }
}

/// A search that can be negated: `!clause`. See the [module](self#and-or-not).
#[derive(Clone, PartialEq)]
#[must_use = "a search does nothing by itself; give it to a list of assets"]
pub struct Clause {
    holds: Search,
    fails: Search,
}

impl Clause {
    /// The text of the search. See [`Search::build`].
    ///
    /// # Errors
    ///
    /// Those of [`Search::build`].
    pub fn build(&self) -> Result<String, Error> {
        self.holds.build()
    }
}

impl From<Clause> for Search {
    fn from(clause: Clause) -> Self {
        clause.holds
    }
}

macro_rules! from_text {
    ($($text:ty)*) => {
        $(
            /// A [raw](Search::raw) search.
            impl From<$text> for Search {
                fn from(text: $text) -> Self {
                    Self::raw(text)
                }
            }
        )*
    };
}

from_text! { &str String &String std::borrow::Cow<'_, str> }

impl Not for Clause {
    type Output = Self;

    fn not(self) -> Self {
        Self {
            holds: self.fails,
            fails: self.holds,
        }
    }
}

impl BitAnd for Clause {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self {
            holds: self.holds & other.holds,
            fails: self.fails | other.fails,
        }
    }
}

impl BitOr for Clause {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        !(!self & !other)
    }
}

macro_rules! joins {
    ($($first:ty, $second:ty;)*) => {
        $(
            impl BitAnd<$second> for $first {
                type Output = Search;

                fn bitand(self, other: $second) -> Search {
                    Search::from(self).join(other.into(), Expression::and)
                }
            }

            impl BitOr<$second> for $first {
                type Output = Search;

                fn bitor(self, other: $second) -> Search {
                    Search::from(self).join(other.into(), Expression::or)
                }
            }
        )*
    };
}

joins! {
    Search, Search;
    Search, Clause;
    Clause, Search;
}

impl<T> BitAndAssign<T> for Search
where
    Search: BitAnd<T, Output = Search>,
{
    fn bitand_assign(&mut self, other: T) {
        let first = std::mem::replace(self, Self::raw(""));
        *self = first & other;
    }
}

impl<T> BitOrAssign<T> for Search
where
    Search: BitOr<T, Output = Search>,
{
    fn bitor_assign(&mut self, other: T) {
        let first = std::mem::replace(self, Self::raw(""));
        *self = first | other;
    }
}

impl fmt::Debug for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_tuple("Search");
        match &self.0 {
            Ok(expression) => debug.field(&expression.as_str()),
            Err(problem) => debug.field(problem),
        };
        debug.finish()
    }
}

impl fmt::Debug for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.holds, f)
    }
}

/// The kind of an asset in a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AssetKind {
    /// The current version of a file.
    File,
    /// An earlier version of a file.
    FileVersion,
    /// A folder.
    Folder,
}

impl AssetKind {
    /// The name of the kind in the API, such as `file-version`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::FileVersion => "file-version",
            Self::Folder => "folder",
        }
    }
}

/// Refuses raw text that could get out of the parentheses around it.
fn check_raw(expression: &Expression) -> Result<(), Problem> {
    let Some(why) = expression.obstacle() else {
        return Ok(());
    };
    Err(value::Refused::new(expression.as_str(), why).problem("part of a search"))
}
