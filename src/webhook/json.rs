//! Types that are parsed from JSON.

use serde_json::{Map, Number, Value};

/// A type that is parsed from a JSON value. `Deserialize` would let anyone make an event without
/// verifying it.
pub(super) trait FromJson: Sized {
    /// Parses a property, which is `None` if it is absent. Returns `None` if the value is not of
    /// this type.
    fn from_json(value: Option<&Value>) -> Option<Self>;
}

macro_rules! scalars {
    ($($ty:ty: $value:ident => $read:expr;)*) => {
        $(impl FromJson for $ty {
            fn from_json($value: Option<&Value>) -> Option<Self> {
                let $value = $value?;
                $read
            }
        })*
    };
}

scalars! {
    bool: value => value.as_bool();
    String: value => value.as_str().map(str::to_owned);
    Number: value => value.as_number().cloned();
    Map<String, Value>: value => value.as_object().cloned();
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(value: Option<&Value>) -> Option<Self> {
        let items = value?.as_array()?;
        items.iter().map(|item| T::from_json(Some(item))).collect()
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(value: Option<&Value>) -> Option<Self> {
        match value {
            None | Some(Value::Null) => Some(None),
            value => T::from_json(value).map(Some),
        }
    }
}

/// Defines types of JSON objects.
macro_rules! objects {
    ($(
        $(#[$doc:meta])*
        $name:ident { $($(#[$field_doc:meta])* $field:ident: $ty:ty = $wire:literal,)* }
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub struct $name {
                $($(#[$field_doc])* pub $field: $ty,)*
                /// Properties that this type doesn't know.
                pub extra: Map<String, Value>,
            }

            impl FromJson for $name {
                fn from_json(value: Option<&Value>) -> Option<Self> {
                    let object = value?.as_object()?;
                    let mut extra = object.clone();
                    Some(Self {
                        $($field: FromJson::from_json(extra.remove($wire).as_ref())?,)*
                        extra,
                    })
                }
            }
        )*
    };
}

/// Defines types of strings that have one of these values, or one that is newer.
macro_rules! string_enums {
    ($(
        $(#[$doc:meta])*
        $name:ident { $($(#[$value_doc:meta])* $variant:ident = $wire:literal,)* }
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, Hash)]
            #[non_exhaustive]
            pub enum $name {
                $($(#[$value_doc])* $variant,)*
                /// Another value, as received.
                Unknown(String),
            }

            open_enum!($name { $($variant $wire;)* });

            impl FromJson for $name {
                fn from_json(value: Option<&Value>) -> Option<Self> {
                    value?.as_str().map(Self::from)
                }
            }
        )*
    };
}
