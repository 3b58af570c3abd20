/// Implements the traits of a union whose arms each have their own value of one property, the tag.
///
/// A value with an unknown tag, and one that its arm cannot hold, is kept in `Unknown`. Without the
/// tag, or with null in its place, the arm that knows most of the value takes it.
macro_rules! tagged_union {
    ($name:ident $tag:literal { $($variant:ident($ty:ty) $wire:literal;)* }) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D_: ::serde::Deserializer<'de>>(
                deserializer: D_,
            ) -> ::std::result::Result<Self, D_::Error> {
                let value = ::serde_json::Value::deserialize(deserializer)?;
                Ok(match value.get($tag) {
                    None | Some(::serde_json::Value::Null) => {
                        union!(@best value $($variant($ty);)*)
                    }
                    Some(tag) => match tag.as_str() {
                        $(Some($wire) => {
                            <$ty>::deserialize(&value).map_or(Self::Unknown(value), Self::$variant)
                        })*
                        _ => Self::Unknown(value),
                    },
                })
            }
        }

        union!(@rest $name { $(typed $variant($ty);)* });
    };
}

/// Implements the traits of a union whose arms differ in the shape of the value. Fixed values come
/// first, then the arm that knows most of the value and can hold it; a value that no arm can hold
/// is kept in `Unknown`.
macro_rules! union {
    ($name:ident { $(unit $unit:ident = $constant:expr;)* $(typed $variant:ident($ty:ty);)* }) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D_: ::serde::Deserializer<'de>>(
                deserializer: D_,
            ) -> ::std::result::Result<Self, D_::Error> {
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
        let mut best: Option<(usize, Self)> = None;
        $(if let Some(fit) = <$ty as $crate::raw::fit::Fit>::fit(&$value)
            && best.as_ref().is_none_or(|(known, _)| fit > *known)
            && let Ok(read) = <$ty>::deserialize(&$value)
        {
            best = Some((fit, Self::$variant(read)));
        })*
        best.map_or(Self::Unknown($value), |(_, read)| read)
    }};

    (@rest $name:ident { $(unit $unit:ident = $constant:expr;)* $(typed $variant:ident($ty:ty);)* }) => {
        impl ::serde::Serialize for $name {
            fn serialize<S_: ::serde::Serializer>(
                &self,
                serializer: S_,
            ) -> ::std::result::Result<S_::Ok, S_::Error> {
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
                let arms: &[Option<usize>] = &[$(<$ty as $crate::raw::fit::Fit>::fit(value),)*];
                arms.iter().copied().max().flatten()
            }
        }

    };
}
