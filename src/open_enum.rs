/// Implements the traits of a string enum whose `Unknown` variant keeps every other value.
macro_rules! open_enum {
    ($name:ident { $($variant:ident $wire:literal;)* }) => {
        impl $name {
            /// The values that the document knows, as in JSON.
            #[allow(dead_code)]
            pub(crate) const KNOWN: &'static [&'static str] = &[$($wire),*];

            /// Returns the value as in JSON.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Unknown(value) => value,
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($wire => Self::$variant,)*
                    other => Self::Unknown(other.to_owned()),
                }
            }
        }

        impl ::std::convert::From<String> for $name {
            fn from(value: String) -> Self {
                match value.as_str() {
                    $($wire => Self::$variant,)*
                    _ => Self::Unknown(value),
                }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(value: &str) -> ::std::result::Result<Self, Self::Err> {
                Ok(value.into())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S_: ::serde::Serializer>(
                &self,
                serializer: S_,
            ) -> ::std::result::Result<S_::Ok, S_::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D_: ::serde::Deserializer<'de>>(
                deserializer: D_,
            ) -> ::std::result::Result<Self, D_::Error> {
                let value = <::std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Ok(value.as_ref().into())
            }
        }
    };
}
