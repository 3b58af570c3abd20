//! Deserialization of maps whose order matters.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{MapAccess, Visitor};

/// A value whose type can depend on its name.
pub(super) trait NamedValue<'de>: Sized {
    /// Reads the next value of the map, which belongs to `name`.
    fn next<A: MapAccess<'de>>(name: &str, map: &mut A) -> Result<Self, A::Error>;
}

/// Reads the entries of a map in their order, which `serde_json::Map` keeps only with the feature
/// `preserve_order`.
pub(super) fn entries<'de, D: Deserializer<'de>, T: NamedValue<'de>>(
    deserializer: D,
) -> Result<Vec<(String, T)>, D::Error> {
    struct Entries<T>(PhantomData<T>);

    impl<'de, T: NamedValue<'de>> Visitor<'de> for Entries<T> {
        type Value = Vec<(String, T)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map of names to values")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Vec::new())
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut entries = Vec::new();
            while let Some(name) = map.next_key::<String>()? {
                let value = T::next(&name, &mut map)?;
                entries.push((name, value));
            }
            Ok(entries)
        }
    }

    deserializer.deserialize_any(Entries(PhantomData))
}
