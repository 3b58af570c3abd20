//! Search queries of the media library, built from typed conditions.
//!
//! A search consists of conditions on fields. [`assets().list()`](crate::ImageKit::assets) and its
//! variants take it as `search_query`. [`Search::build`] returns it as a string for ImageKit's
//! parameter `searchQuery`
//! ([API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/list-and-search-assets#advanced-search-queries)).
//! This module sends no requests.
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
//! - `a & b` matches assets that match both conditions, `a | b` those that match at least one.
//!   Rust's precedence applies. The built query has parentheses wherever ImageKit could apply
//!   another precedence.
//! - `!a` matches assets that don't match `a`. ImageKit negates only `=`, `IN` and `EXISTS`, and
//!   not for every field. Such a condition is a [`Clause`], and `&`, `|` and `!` of clauses are
//!   clauses too. Every other condition is a [`Search`], and `!` of it doesn't compile. The
//!   opposite of `less_than` is `at_least`.
//! - `query &= a` and `query |= a` add a condition to a [`Search`], for example an optional filter:
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
//! Strings can come from users. They are quoted, so that operators, parentheses and single quotes
//! in them have no effect. ImageKit documents no escape for a double quote, a backslash or a
//! control character in a string. A value with one of them is refused before any request, because
//! an undocumented escape could end the string and turn the rest into a condition.
//!
//! ```
//! use imagekitio::search;
//!
//! let query = search::name().is("a' OR private = true");
//! assert_eq!(query.build()?, r#"name = "a' OR private = true""#);
//!
//! let error = search::name().is(r#"a" OR private = true"#).build().unwrap_err();
//! assert_eq!(error.argument(), Some("search_query"));
//! # Ok::<(), imagekitio::Error>(())
//! ```
//!
//! # Fields
//!
//! Each field has a method for each operator that ImageKit documents for it. Other operators don't
//! compile.
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
//! [`Search::raw`] takes a query string, for example one with an operator that is newer than this
//! crate. Strings convert into raw searches wherever a search is expected.

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
    AssetKind, Pixels, PointInTime, SelectValue, Size, VideoDuration, days_ago, hours_ago,
    months_ago, weeks_ago, years_ago,
};

use crate::error::Error;
use crate::expression::Expression;
use crate::problem::Problem;

/// A search query: conditions joined by `&` and `|`. See the [module](self).
#[derive(Clone, PartialEq)]
#[must_use = "a search does nothing by itself; give it to a list of assets"]
pub struct Search(Result<Expression, Problem>);

impl Search {
    /// Returns a search with a query string in ImageKit's search language, which is sent unchanged.
    /// Don't insert values from users into it.
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
    /// If the search is joined with another one, [`build`](Self::build) and the request fail with
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a blank string, and for a quote or a
    /// parenthesis that isn't closed: the other search could lose its effect.
    pub fn raw(query: impl Into<String>) -> Self {
        Self(Ok(Expression::raw(query.into())))
    }

    /// Returns the query string.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for the first value that can't be written
    /// in a search.
    pub fn build(&self) -> Result<String, Error> {
        match &self.0 {
            Ok(expression) => Ok(expression.as_str().to_owned()),
            Err(problem) => Err(problem.clone().into()),
        }
    }

    fn condition(condition: Result<String, Problem>) -> Self {
        Self(condition.map(Expression::condition))
    }

    /// Names the argument that an error is about, in place of `search_query`.
    #[cfg(feature = "client")]
    pub(crate) fn of_argument(mut self, argument: &'static str) -> Self {
        if let Err(problem) = &mut self.0 {
            problem.argument = argument.into();
        }
        self
    }

    /// Whether this is a raw search of white space.
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

/// A search that `!` negates. See the [module](self#and-or-not).
#[derive(Clone, PartialEq)]
#[must_use = "a search does nothing by itself; give it to a list of assets"]
pub struct Clause {
    holds: Search,
    fails: Search,
}

impl Clause {
    /// Returns the query string.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for the first value that can't be written
    /// in a search.
    pub fn build(&self) -> Result<String, Error> {
        self.holds.build()
    }
}

impl From<Clause> for Search {
    fn from(clause: Clause) -> Self {
        clause.holds
    }
}

macro_rules! from_strings {
    ($($string:ty)*) => {
        $(
            /// Returns a [raw](Search::raw) search.
            impl From<$string> for Search {
                fn from(query: $string) -> Self {
                    Self::raw(query)
                }
            }
        )*
    };
}

from_strings! { &str String &String std::borrow::Cow<'_, str> }

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

/// Refuses a raw search that could end the parentheses around it.
fn check_raw(expression: &Expression) -> Result<(), Problem> {
    match expression.obstacle() {
        Some(why) => {
            let refused = value::Refused::new(expression.as_str(), why);
            Err(refused.problem("part of a search"))
        }
        None => Ok(()),
    }
}
