//! Fields with the operators that ImageKit documents for them.

use std::borrow::Cow;
use std::marker::PhantomData;

use super::value::{Literal, Refused, Value, list, number, place, quote};
use super::{AssetKind, Clause, Pixels, PointInTime, Search, SelectValue, Size, VideoDuration};

/// The name of a field in a search, or the reason why it can't be written.
#[derive(Clone, Debug, PartialEq)]
struct Name(Result<Cow<'static, str>, Refused>);

impl Name {
    /// Returns a condition with an operator and an optional operand.
    fn condition(&self, operator: &str, operand: Option<&Literal>) -> Search {
        Search::condition(match (&self.0, operand) {
            (Ok(name), None) => Ok(format!("{name} {operator}")),
            (Ok(name), Some(Ok(operand))) => Ok(format!("{name} {operator} {operand}")),
            (Ok(name), Some(Err(refused))) => Err(refused.problem(&format!("value of {name}"))),
            (Err(refused), _) => Err(refused.problem("name of a custom metadata field")),
        })
    }

    fn compare(&self, operator: &str, operand: Literal) -> Search {
        self.condition(operator, Some(&operand))
    }

    /// Returns a condition that has an opposite.
    fn clause(&self, operator: &str, opposite: &str, operand: Option<Literal>) -> Clause {
        Clause {
            holds: self.condition(operator, operand.as_ref()),
            fails: self.condition(opposite, operand.as_ref()),
        }
    }

    fn is(&self, value: Literal) -> Clause {
        self.clause("=", "NOT =", Some(value))
    }

    fn one_of(&self, values: impl IntoIterator<Item = Literal>) -> Clause {
        self.clause("IN", "NOT IN", Some(list(values)))
    }
}

fn strings<T: Into<String>>(values: impl IntoIterator<Item = T>) -> impl Iterator<Item = Literal> {
    values.into_iter().map(|value| quote(&value.into()))
}

macro_rules! fields {
    ($($(#[$attribute:meta])* $field:ident $(<$value:ident>)?)*) => {
        $(
            $(#[$attribute])*
            #[derive(Clone, Debug, PartialEq)]
            #[must_use = "a field does nothing by itself; call one of its operators"]
            pub struct $field $(<$value>)? (Name $(, PhantomData<fn() -> $value>)?);
        )*
    };
}

fields! {
    /// The name of a file or folder: `=`, `NOT =`, `:`, `IN`, `NOT IN`, `HAS`. See [`name`].
    NameField
    /// The folder that holds an asset: `=`, `NOT =`, `:`, `IN`, `NOT IN`. See [`path`].
    PathField
    /// Tags: `IN`, `NOT IN`, `HAS`, `EXISTS`, `NOT EXISTS`. See [`tags`].
    TagsField
    /// The kind of an asset: `=`, `NOT =`, `IN`, `NOT IN`. See [`kind`].
    KindField
    /// A string that is matched as a whole: `=`, `NOT =`, `IN`, `NOT IN`. See [`id`] and
    /// [`created_by`].
    ExactField
    /// A date: `=`, `NOT =`, `<`, `<=`, `>`, `>=`, `IN`, `NOT IN`. See [`created_at`],
    /// [`updated_at`] and [`date_time_original`].
    DateField
    /// A quantity: `=`, `NOT =`, `<`, `<=`, `>`, `>=`, `IN`, `NOT IN`. See [`width`], [`height`],
    /// [`size`] and [`video_duration`].
    OrderedField<V>
    /// The format of a file: `=`, `IN`. See [`format()`].
    FormatField
    /// A boolean: `=`. See [`private`], [`published`] and [`transparency`].
    BooleanField
    /// Keywords of an image: `IN`, `EXISTS`. See [`keywords`].
    KeywordsField
    /// The place where an image was taken: `=`. See [`location_taken`].
    LocationField
    /// A custom metadata field without a type: `EXISTS`. See [`custom_metadata`].
    CustomMetadata
    /// A custom metadata field of type `Text` or `Textarea`: `=`, `:`, `IN`, `HAS`, `EXISTS`. See
    /// [`custom_metadata`].
    CustomTextField
    /// A custom metadata field of type `Number`: `<`, `<=`, `>`, `>=`, `EXISTS`. See
    /// [`custom_metadata`].
    CustomNumberField
    /// A custom metadata field of type `Date`: `<`, `<=`, `>`, `>=`, `EXISTS`. See
    /// [`custom_metadata`] and [`original_created_at`].
    CustomDateField
    /// A custom metadata field of type `Boolean`: `=`, `EXISTS`. See [`custom_metadata`].
    CustomBooleanField
    /// A custom metadata field of type `SingleSelect`: `=`, `IN`, `EXISTS`. See
    /// [`custom_metadata`].
    CustomSingleSelectField
    /// A custom metadata field of type `MultiSelect`: `IN`, `NOT IN`, `EXISTS`. See
    /// [`custom_metadata`].
    CustomMultiSelectField
}

const fn named(name: &'static str) -> Name {
    Name(Ok(Cow::Borrowed(name)))
}

/// Returns the field `name`: the name of a file or folder, such as `shoe.jpg`.
///
/// ```
/// use imagekitio::search;
///
/// let query = search::name().starts_with("shoe-") & !search::name().one_of(["shoe-1.jpg", "shoe-2.jpg"]);
/// assert_eq!(query.build()?, r#"name : "shoe-" AND name NOT IN ["shoe-1.jpg", "shoe-2.jpg"]"#);
/// # Ok::<(), imagekitio::Error>(())
/// ```
///
/// Names have no order:
///
/// ```compile_fail
/// imagekitio::search::name().less_than("b");
/// ```
///
/// ImageKit has no `NOT :`:
///
/// ```compile_fail
/// !imagekitio::search::name().starts_with("a");
/// ```
pub fn name() -> NameField {
    NameField(named("name"))
}

impl NameField {
    /// Matches this name exactly, case included (`=`).
    pub fn is(self, name: impl Into<String>) -> Clause {
        self.0.is(quote(&name.into()))
    }

    /// Matches each of these names exactly, case included (`IN`).
    pub fn one_of<T: Into<String>>(self, names: impl IntoIterator<Item = T>) -> Clause {
        self.0.one_of(strings(names))
    }

    /// Matches names that begin with these characters, case included (`:`).
    pub fn starts_with(self, start: impl Into<String>) -> Search {
        self.0.compare(":", quote(&start.into()))
    }

    /// Matches names that contain all of these words, regardless of case, the last one as a prefix
    /// (`HAS`). Sort by `DESC_RELEVANCE` to get the best matches first.
    pub fn has(self, words: impl Into<String>) -> Search {
        self.0.compare("HAS", quote(&words.into()))
    }
}

/// Returns the field `path`: the folder of an asset, such as `/products`.
///
/// ```
/// use imagekitio::search;
///
/// let query = search::path().within("/products") & !search::path().is("/products/drafts");
/// assert_eq!(query.build()?, r#"path : "/products" AND path NOT = "/products/drafts""#);
/// # Ok::<(), imagekitio::Error>(())
/// ```
///
/// ImageKit has no `HAS` for paths:
///
/// ```compile_fail
/// imagekitio::search::path().has("products");
/// ```
pub fn path() -> PathField {
    PathField(named("path"))
}

impl PathField {
    /// Matches assets directly in this folder (`=`).
    pub fn is(self, folder: impl Into<String>) -> Clause {
        self.0.is(quote(&folder.into()))
    }

    /// Matches assets directly in one of these folders (`IN`).
    pub fn one_of<T: Into<String>>(self, folders: impl IntoIterator<Item = T>) -> Clause {
        self.0.one_of(strings(folders))
    }

    /// Matches assets in this folder and in the folders below it (`:`).
    #[doc(alias = "starts_with")]
    pub fn within(self, folder: impl Into<String>) -> Search {
        self.0.compare(":", quote(&folder.into()))
    }
}

/// Returns the field `tags`: the tags that users and extensions have set.
///
/// ```
/// use imagekitio::search;
///
/// let query = search::tags().one_of(["sale", "summer"]) | !search::tags().exists();
/// assert_eq!(query.build()?, r#"tags IN ["sale", "summer"] OR tags NOT EXISTS"#);
/// # Ok::<(), imagekitio::Error>(())
/// ```
///
/// ImageKit has no `=` for tags:
///
/// ```compile_fail
/// imagekitio::search::tags().is("sale");
/// ```
#[doc(alias = "AITags")]
pub fn tags() -> TagsField {
    TagsField(named("tags"))
}

impl TagsField {
    /// Matches files with at least one of these tags (`IN`).
    pub fn one_of<T: Into<String>>(self, tags: impl IntoIterator<Item = T>) -> Clause {
        self.0.one_of(strings(tags))
    }

    /// Matches files whose tags contain all of these words, regardless of case, the last one as a
    /// prefix (`HAS`). Sort by `DESC_RELEVANCE` to get the best matches first.
    pub fn has(self, words: impl Into<String>) -> Search {
        self.0.compare("HAS", quote(&words.into()))
    }

    /// Matches files with at least one tag (`EXISTS`).
    pub fn exists(self) -> Clause {
        self.0.clause("EXISTS", "NOT EXISTS", None)
    }
}

/// Returns the field `type`: the kind of an asset. A search without a condition on it finds files
/// only.
///
/// ```
/// use imagekitio::search::{self, AssetKind};
///
/// let query = search::kind().one_of([AssetKind::File, AssetKind::Folder]) & search::name().has("summer");
/// assert_eq!(query.build()?, r#"type IN ["file", "folder"] AND name HAS "summer""#);
/// # Ok::<(), imagekitio::Error>(())
/// ```
///
/// ImageKit has three kinds only:
///
/// ```compile_fail
/// imagekitio::search::kind().is("image");
/// ```
#[doc(alias = "type")]
pub fn kind() -> KindField {
    KindField(named("type"))
}

impl KindField {
    /// Matches this kind (`=`).
    pub fn is(self, kind: AssetKind) -> Clause {
        self.0.is(quote(kind.as_str()))
    }

    /// Matches these kinds (`IN`).
    pub fn one_of(self, kinds: impl IntoIterator<Item = AssetKind>) -> Clause {
        self.0
            .one_of(strings(kinds.into_iter().map(|kind| kind.as_str())))
    }
}

/// Returns the field `id`: the id of a file or folder, which is `file_id` or `folder_id` of a
/// response.
///
/// ```
/// use imagekitio::search;
///
/// let query = search::id().one_of(["64a7f3b2c1d2e3f4a5b6c7d8", "64a7f3b2c1d2e3f4a5b6c7d9"]);
/// assert_eq!(query.build()?, r#"id IN ["64a7f3b2c1d2e3f4a5b6c7d8", "64a7f3b2c1d2e3f4a5b6c7d9"]"#);
/// # Ok::<(), imagekitio::Error>(())
/// ```
///
/// Ids are matched as a whole:
///
/// ```compile_fail
/// imagekitio::search::id().starts_with("64a7");
/// ```
pub fn id() -> ExactField {
    ExactField(named("id"))
}

/// Returns the field `createdBy`: the e-mail address of the user who created an asset.
///
/// ```
/// use imagekitio::search;
///
/// let query = !search::created_by().is("ann@example.com");
/// assert_eq!(query.build()?, r#"createdBy NOT = "ann@example.com""#);
/// # Ok::<(), imagekitio::Error>(())
/// ```
///
/// Addresses are matched as a whole:
///
/// ```compile_fail
/// imagekitio::search::created_by().has("ann");
/// ```
pub fn created_by() -> ExactField {
    ExactField(named("createdBy"))
}

impl ExactField {
    /// Matches this value exactly (`=`).
    pub fn is(self, value: impl Into<String>) -> Clause {
        self.0.is(quote(&value.into()))
    }

    /// Matches each of these values exactly (`IN`).
    pub fn one_of<T: Into<String>>(self, values: impl IntoIterator<Item = T>) -> Clause {
        self.0.one_of(strings(values))
    }
}

/// Returns the field `createdAt`: the time at which an asset was created.
///
/// ```
/// use imagekitio::search;
///
/// let query = search::created_at().after("7d");
/// assert_eq!(query.build()?, r#"createdAt > "7d""#);
/// # Ok::<(), imagekitio::Error>(())
/// ```
///
/// ImageKit has no `:` for dates:
///
/// ```compile_fail
/// imagekitio::search::created_at().starts_with("2026");
/// ```
pub fn created_at() -> DateField {
    DateField(named("createdAt"))
}

/// Returns the field `updatedAt`: the time at which an asset was last changed.
pub fn updated_at() -> DateField {
    DateField(named("updatedAt"))
}

/// Returns the field `"embeddedMetadata.DateTimeOriginal"`: the time at which an image was taken,
/// according to its embedded metadata.
pub fn date_time_original() -> DateField {
    DateField(named("\"embeddedMetadata.DateTimeOriginal\""))
}

impl DateField {
    /// Matches this time (`=`).
    pub fn is(self, time: impl Into<PointInTime>) -> Clause {
        self.0.is(time.into().literal())
    }

    /// Matches each of these times (`IN`).
    pub fn one_of<T: Into<PointInTime>>(self, times: impl IntoIterator<Item = T>) -> Clause {
        let times = times.into_iter().map(|time| time.into().literal());
        self.0.one_of(times)
    }
}

/// Defines comparisons of dates.
macro_rules! dates {
    ($($field:ident)*) => {
        $(
            impl $field {
                /// Matches earlier times (`<`).
                pub fn before(self, time: impl Into<PointInTime>) -> Search {
                    self.0.compare("<", time.into().literal())
                }

                /// Matches this time and earlier ones (`<=`).
                pub fn at_or_before(self, time: impl Into<PointInTime>) -> Search {
                    self.0.compare("<=", time.into().literal())
                }

                /// Matches later times (`>`). `after("7d")` matches the last 7 days.
                pub fn after(self, time: impl Into<PointInTime>) -> Search {
                    self.0.compare(">", time.into().literal())
                }

                /// Matches this time and later ones (`>=`).
                pub fn at_or_after(self, time: impl Into<PointInTime>) -> Search {
                    self.0.compare(">=", time.into().literal())
                }
            }
        )*
    };
}

dates! { DateField CustomDateField }

/// Returns the field `width`: the width of an image in pixels.
///
/// ```
/// use imagekitio::search;
///
/// let query = search::width().at_least(1000) & search::height().less_than(500);
/// assert_eq!(query.build()?, "width >= 1000 AND height < 500");
/// # Ok::<(), imagekitio::Error>(())
/// ```
///
/// ImageKit has no `HAS` for numbers:
///
/// ```compile_fail
/// imagekitio::search::width().has(1000);
/// ```
pub fn width() -> OrderedField<Pixels> {
    OrderedField(named("width"), PhantomData)
}

/// Returns the field `height`: the height of an image in pixels.
pub fn height() -> OrderedField<Pixels> {
    OrderedField(named("height"), PhantomData)
}

/// Returns the field `size`: the size of a file in bytes, or a string such as `"10kb"` or `"1mb"`.
/// See [`Size`].
///
/// A size is not a duration:
///
/// ```compile_fail
/// imagekitio::search::size().more_than(std::time::Duration::from_secs(1));
/// ```
pub fn size() -> OrderedField<Size> {
    OrderedField(named("size"), PhantomData)
}

/// Returns the field `videoDuration`: the duration of a video in seconds, or a string such as
/// `"30sec"`, `"1.5min"` or `"2hr"`. See [`VideoDuration`].
///
/// ImageKit has no `EXISTS` for durations:
///
/// ```compile_fail
/// imagekitio::search::video_duration().exists();
/// ```
pub fn video_duration() -> OrderedField<VideoDuration> {
    OrderedField(named("videoDuration"), PhantomData)
}

impl<V: Value> OrderedField<V> {
    /// Matches this value (`=`).
    pub fn is(self, value: impl Into<V>) -> Clause {
        self.0.is(value.into().literal())
    }

    /// Matches each of these values (`IN`).
    pub fn one_of<T: Into<V>>(self, values: impl IntoIterator<Item = T>) -> Clause {
        let values = values.into_iter().map(|value| value.into().literal());
        self.0.one_of(values)
    }

    /// Matches smaller values (`<`).
    pub fn less_than(self, value: impl Into<V>) -> Search {
        self.0.compare("<", value.into().literal())
    }

    /// Matches this value and smaller ones (`<=`).
    pub fn at_most(self, value: impl Into<V>) -> Search {
        self.0.compare("<=", value.into().literal())
    }

    /// Matches larger values (`>`).
    pub fn more_than(self, value: impl Into<V>) -> Search {
        self.0.compare(">", value.into().literal())
    }

    /// Matches this value and larger ones (`>=`).
    pub fn at_least(self, value: impl Into<V>) -> Search {
        self.0.compare(">=", value.into().literal())
    }
}

/// Returns the field `format`: the format of a file, such as `jpg`, `png`, `webp` or `mp4`.
///
/// ```
/// use imagekitio::search;
///
/// let query = search::format().one_of(["jpg", "png"]);
/// assert_eq!(query.build()?, r#"format IN ["jpg", "png"]"#);
/// # Ok::<(), imagekitio::Error>(())
/// ```
///
/// ImageKit has no `NOT =` for formats:
///
/// ```compile_fail
/// !imagekitio::search::format().is("jpg");
/// ```
pub fn format() -> FormatField {
    FormatField(named("format"))
}

impl FormatField {
    /// Matches this format (`=`).
    pub fn is(self, format: impl Into<String>) -> Search {
        self.0.compare("=", quote(&format.into()))
    }

    /// Matches these formats (`IN`).
    pub fn one_of<T: Into<String>>(self, formats: impl IntoIterator<Item = T>) -> Search {
        self.0.compare("IN", list(strings(formats)))
    }
}

/// Returns the field `private`: whether a file is private.
///
/// ```
/// use imagekitio::search;
///
/// let query = search::private().is(true) & search::published().is(false);
/// assert_eq!(query.build()?, "private = true AND published = false");
/// # Ok::<(), imagekitio::Error>(())
/// ```
///
/// Booleans are compared with booleans:
///
/// ```compile_fail
/// imagekitio::search::private().is("true");
/// ```
pub fn private() -> BooleanField {
    BooleanField(named("private"))
}

/// Returns the field `published`: whether a file is published.
pub fn published() -> BooleanField {
    BooleanField(named("published"))
}

/// Returns the field `transparency`: whether an image has an alpha channel.
pub fn transparency() -> BooleanField {
    BooleanField(named("transparency"))
}

impl BooleanField {
    /// Matches files for which this is true or false (`=`).
    pub fn is(self, value: bool) -> Search {
        self.0.compare("=", Ok(value.to_string()))
    }
}

/// Returns the field `"embeddedMetadata.Keywords"`: the keywords of an image, according to its
/// embedded metadata.
///
/// ```
/// use imagekitio::search;
///
/// let query = search::keywords().one_of(["dress", "luxury"]) & search::keywords().exists();
/// assert_eq!(
///     query.build()?,
///     r#""embeddedMetadata.Keywords" IN ["dress", "luxury"] AND "embeddedMetadata.Keywords" EXISTS"#
/// );
/// # Ok::<(), imagekitio::Error>(())
/// ```
///
/// ImageKit has no `=` for keywords:
///
/// ```compile_fail
/// imagekitio::search::keywords().is("dress");
/// ```
#[doc(alias = "embeddedMetadata")]
pub fn keywords() -> KeywordsField {
    KeywordsField(named("\"embeddedMetadata.Keywords\""))
}

impl KeywordsField {
    /// Matches images with at least one of these keywords (`IN`).
    pub fn one_of<T: Into<String>>(self, keywords: impl IntoIterator<Item = T>) -> Search {
        self.0.compare("IN", list(strings(keywords)))
    }

    /// Matches images with at least one keyword (`EXISTS`).
    pub fn exists(self) -> Search {
        self.0.condition("EXISTS", None)
    }
}

/// Returns the field `"embeddedMetadata.LocationTaken"`: the place where an image was taken,
/// according to its embedded metadata.
///
/// ```
/// use imagekitio::search;
///
/// let query = search::location_taken().near(52.52, 13.405, 5);
/// assert_eq!(query.build()?, r#""embeddedMetadata.LocationTaken" = "52.52,13.405 5km""#);
/// # Ok::<(), imagekitio::Error>(())
/// ```
///
/// ImageKit has no `NOT =` for places:
///
/// ```compile_fail
/// !imagekitio::search::location_taken().near(52.52, 13.405, 5);
/// ```
#[doc(alias = "embeddedMetadata")]
pub fn location_taken() -> LocationField {
    LocationField(named("\"embeddedMetadata.LocationTaken\""))
}

impl LocationField {
    /// Matches images that were taken within a distance of a place (`=`). The latitude is -90 to 90
    /// degrees, the longitude -180 to 180 degrees, and the distance more than 0 kilometers.
    pub fn near(
        self,
        latitude: impl Into<f64>,
        longitude: impl Into<f64>,
        kilometers: impl Into<f64>,
    ) -> Search {
        let place = place(latitude.into(), longitude.into(), kilometers.into());
        self.0.compare("=", place)
    }
}

/// Returns a custom metadata field by its name, such as `brand` for `"customMetadata.brand"`. A
/// method such as [`text`](CustomMetadata::text) or [`number`](CustomMetadata::number) sets its
/// type, which decides on its operators.
///
/// ```
/// use imagekitio::search;
///
/// let query = search::custom_metadata("brand").text().is("Nike")
///     & search::custom_metadata("price").number().at_most(99.5)
///     & search::custom_metadata("sold_on").date().after("2026-05-04")
///     & search::custom_metadata("on_sale").boolean().is(true)
///     & search::custom_metadata("season").single_select().one_of(["spring", "summer"])
///     & !search::custom_metadata("sizes").multi_select().one_of([38, 39])
///     & search::custom_metadata("notes").exists();
/// assert_eq!(
///     query.build()?,
///     "\"customMetadata.brand\" = \"Nike\" AND \"customMetadata.price\" <= 99.5 \
///      AND \"customMetadata.sold_on\" > \"2026-05-04\" AND \"customMetadata.on_sale\" = true \
///      AND \"customMetadata.season\" IN [\"spring\", \"summer\"] AND \"customMetadata.sizes\" NOT IN [38, 39] \
///      AND \"customMetadata.notes\" EXISTS"
/// );
/// # Ok::<(), imagekitio::Error>(())
/// ```
///
/// Strings have no order, and multi-select fields no `=`:
///
/// ```compile_fail
/// imagekitio::search::custom_metadata("brand").text().less_than("b");
/// ```
///
/// ```compile_fail
/// imagekitio::search::custom_metadata("sizes").multi_select().is(38);
/// ```
pub fn custom_metadata(name: impl Into<String>) -> CustomMetadata {
    let name = name.into();
    let field = format!("customMetadata.{name}");
    CustomMetadata(Name(match name.is_empty() {
        true => Err(Refused::new("", "it is empty; give the name of the field")),
        false => quote(&field).map(Cow::Owned),
    }))
}

/// Returns the field `"customMetadata._internal_original_created_datetime"`: the time at which the
/// content was made. ImageKit reserves this custom metadata field.
///
/// ```
/// use imagekitio::search;
///
/// let query = search::original_created_at().before("2020-01-01");
/// assert_eq!(query.build()?, r#""customMetadata._internal_original_created_datetime" < "2020-01-01""#);
/// # Ok::<(), imagekitio::Error>(())
/// ```
pub fn original_created_at() -> CustomDateField {
    custom_metadata("_internal_original_created_datetime").date()
}

macro_rules! custom_types {
    ($($(#[$attribute:meta])* $method:ident $field:ident)*) => {
        impl CustomMetadata {
            $(
                $(#[$attribute])*
                pub fn $method(self) -> $field {
                    $field(self.0)
                }
            )*
        }

        custom_types! { @exists CustomMetadata $($field)* }
    };
    (@exists $($field:ident)*) => {
        $(
            impl $field {
                /// Matches assets for which the field has a value (`EXISTS`).
                pub fn exists(self) -> Search {
                    self.0.condition("EXISTS", None)
                }
            }
        )*
    };
}

custom_types! {
    /// Returns the field as one of type `Text` or `Textarea`.
    text CustomTextField
    /// Returns the field as one of type `Number`.
    number CustomNumberField
    /// Returns the field as one of type `Date`.
    date CustomDateField
    /// Returns the field as one of type `Boolean`.
    boolean CustomBooleanField
    /// Returns the field as one of type `SingleSelect`.
    single_select CustomSingleSelectField
    /// Returns the field as one of type `MultiSelect`.
    multi_select CustomMultiSelectField
}

impl CustomTextField {
    /// Matches this value exactly, case included (`=`).
    pub fn is(self, value: impl Into<String>) -> Search {
        self.0.compare("=", quote(&value.into()))
    }

    /// Matches each of these values exactly, case included (`IN`).
    pub fn one_of<T: Into<String>>(self, values: impl IntoIterator<Item = T>) -> Search {
        self.0.compare("IN", list(strings(values)))
    }

    /// Matches values that begin with these characters, case included (`:`).
    pub fn starts_with(self, start: impl Into<String>) -> Search {
        self.0.compare(":", quote(&start.into()))
    }

    /// Matches values that contain all of these words, regardless of case, the last one as a prefix
    /// (`HAS`). Sort by `DESC_RELEVANCE` to get the best matches first.
    pub fn has(self, words: impl Into<String>) -> Search {
        self.0.compare("HAS", quote(&words.into()))
    }
}

impl CustomNumberField {
    /// Matches smaller numbers (`<`).
    pub fn less_than(self, value: impl Into<f64>) -> Search {
        self.0.compare("<", number(value.into()))
    }

    /// Matches this number and smaller ones (`<=`).
    pub fn at_most(self, value: impl Into<f64>) -> Search {
        self.0.compare("<=", number(value.into()))
    }

    /// Matches larger numbers (`>`).
    pub fn more_than(self, value: impl Into<f64>) -> Search {
        self.0.compare(">", number(value.into()))
    }

    /// Matches this number and larger ones (`>=`).
    pub fn at_least(self, value: impl Into<f64>) -> Search {
        self.0.compare(">=", number(value.into()))
    }
}

impl CustomBooleanField {
    /// Matches assets for which the field is true or false (`=`).
    pub fn is(self, value: bool) -> Search {
        self.0.compare("=", Ok(value.to_string()))
    }
}

impl CustomSingleSelectField {
    /// Matches this value (`=`).
    pub fn is(self, value: impl Into<SelectValue>) -> Search {
        self.0.compare("=", value.into().literal())
    }

    /// Matches each of these values (`IN`).
    pub fn one_of<T: Into<SelectValue>>(self, values: impl IntoIterator<Item = T>) -> Search {
        let values = values.into_iter().map(|value| value.into().literal());
        self.0.compare("IN", list(values))
    }
}

impl CustomMultiSelectField {
    /// Matches assets for which at least one of these values is selected (`IN`).
    pub fn one_of<T: Into<SelectValue>>(self, values: impl IntoIterator<Item = T>) -> Clause {
        let values = values.into_iter().map(|value| value.into().literal());
        self.0.one_of(values)
    }
}
