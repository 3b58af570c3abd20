/// The traits of a union whose arms have a value of one property each.
///
/// A value with an unknown tag, and one that its arm cannot hold, is kept in `Unknown`. Without the tag, the arm that
/// knows most of the value takes it.
macro_rules! tagged_union {
    ($name:ident $tag:literal { $($variant:ident($ty:ty) $wire:literal;)* }) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value = ::serde_json::Value::deserialize(deserializer)?;
                Ok(match value.get($tag).map(|tag| tag.as_str()) {
                    $(Some(Some($wire)) => {
                        <$ty>::deserialize(&value).map_or(Self::Unknown(value), Self::$variant)
                    })*
                    Some(_) => Self::Unknown(value),
                    None => union!(@best value $($variant($ty);)*),
                })
            }
        }

        union!(@rest $name { $(typed $variant($ty);)* });
    };
}

/// The traits of a union whose arms are told apart by the shape of the value. Fixed values come first, then the arm that
/// knows most of the value; a value that no arm can hold is kept in `Unknown`.
macro_rules! union {
    ($name:ident { $(unit $unit:ident = $constant:expr;)* $(typed $variant:ident($ty:ty);)* }) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value = ::serde_json::Value::deserialize(deserializer)?;
                $(if value == $constant {
                    return Ok(Self::$unit);
                })*
                Ok(union!(@best value $($variant($ty);)*))
            }
        }

        union!(@rest $name { $(unit $unit = $constant;)* $(typed $variant($ty);)* });
    };

    (@best $value:ident $($variant:ident($ty:ty);)*) => {{
        #[allow(unused_mut)]
        let mut best: Option<(usize, fn(&::serde_json::Value) -> Option<Self>)> = None;
        $(if let Some(fit) = <$ty as $crate::raw::fit::Fit>::fit(&$value)
            && best.as_ref().is_none_or(|(known, _)| fit > *known)
        {
            best = Some((fit, |value| <$ty>::deserialize(value).ok().map(Self::$variant)));
        })*
        best.and_then(|(_, read)| read(&$value)).unwrap_or(Self::Unknown($value))
    }};

    (@rest $name:ident { $(unit $unit:ident = $constant:expr;)* $(typed $variant:ident($ty:ty);)* }) => {
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$unit => ::serde::Serialize::serialize(&$constant, serializer),)*
                    $(Self::$variant(value) => value.serialize(serializer),)*
                    Self::Unknown(value) => value.serialize(serializer),
                }
            }
        }

        impl $crate::raw::fit::Fit for $name {
            fn fit(value: &::serde_json::Value) -> Option<usize> {
                $(if *value == $constant {
                    return Some(1);
                })*
                [$(<$ty as $crate::raw::fit::Fit>::fit(value),)*].into_iter().max().flatten()
            }
        }

    };
}
