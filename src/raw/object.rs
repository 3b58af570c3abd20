/// Implements the traits of a struct for a JSON object.
///
/// - `required` properties must be there, `nullable` ones too but may be null;
/// - `optional` ones are left out when they are `None`; a null that was received is kept in
///   `extra`, so that writing what was read gives the same object;
/// - `change` ones distinguish null from absence;
/// - all others are kept in `extra`.
macro_rules! object {
    ($name:ident { $($kind:ident $field:ident $wire:literal $(= $constant:path)?;)* }) => {
        const _: () = {
            // No type of the document ends in an underscore: its own `Key` or `Object` stays
            // visible here.
            #[allow(non_camel_case_types)]
            enum Key_ {
                $($field,)*
                Other(String),
            }

            impl<'de> ::serde::Deserialize<'de> for Key_ {
                fn deserialize<D_: ::serde::Deserializer<'de>>(
                    deserializer: D_,
                ) -> ::std::result::Result<Self, D_::Error> {
                    struct Name_;

                    impl ::serde::de::Visitor<'_> for Name_ {
                        type Value = Key_;

                        fn expecting(
                            &self,
                            f: &mut ::std::fmt::Formatter<'_>,
                        ) -> ::std::fmt::Result {
                            f.write_str("the name of a property")
                        }

                        fn visit_str<E_>(self, name: &str) -> ::std::result::Result<Key_, E_> {
                            Ok(match name {
                                $($wire => Key_::$field,)*
                                other => Key_::Other(other.to_owned()),
                            })
                        }
                    }

                    deserializer.deserialize_identifier(Name_)
                }
            }

            impl<'de> ::serde::Deserialize<'de> for $name {
                fn deserialize<D_: ::serde::Deserializer<'de>>(
                    deserializer: D_,
                ) -> ::std::result::Result<Self, D_::Error> {
                    struct Object_;

                    impl<'de> ::serde::de::Visitor<'de> for Object_ {
                        type Value = $name;

                        fn expecting(
                            &self,
                            f: &mut ::std::fmt::Formatter<'_>,
                        ) -> ::std::fmt::Result {
                            f.write_str(concat!("an object (", stringify!($name), ")"))
                        }

                        fn visit_map<A_: ::serde::de::MapAccess<'de>>(
                            self,
                            mut map: A_,
                        ) -> ::std::result::Result<$name, A_::Error> {
                            $(let mut $field = None;)*
                            let mut extra = ::serde_json::Map::new();
                            while let Some(key_) = map.next_key::<Key_>()? {
                                match key_ {
                                    $(Key_::$field => {
                                        object!(@read $kind $field $wire map extra);
                                    })*
                                    Key_::Other(name) => {
                                        extra.insert(name, map.next_value()?);
                                    }
                                }
                            }
                            Ok($name {
                                $($field: object!(@take $kind $field $wire),)*
                                extra,
                            })
                        }
                    }

                    deserializer.deserialize_map(Object_)
                }
            }

            impl ::serde::Serialize for $name {
                fn serialize<S_: ::serde::Serializer>(
                    &self,
                    serializer: S_,
                ) -> ::std::result::Result<S_::Ok, S_::Error> {
                    use ::serde::ser::SerializeMap;

                    let mut map = serializer.serialize_map(None)?;
                    $(object!(@write $kind (self.$field) $wire map);)*
                    for (name, value) in &self.extra {
                        let is_set = match name.as_str() {
                            $($wire => object!(@is_set $kind (self.$field)),)*
                            _ => false,
                        };
                        if !is_set {
                            map.serialize_entry(name, value)?;
                        }
                    }
                    map.end()
                }
            }

            impl $crate::raw::fit::Fit for $name {
                fn fit(value: &::serde_json::Value) -> Option<usize> {
                    let object = value.as_object()?;
                    $(object!(@fit $kind object $wire $(= $constant)?);)*
                    let known = |name: &&String| match name.as_str() {
                        $($wire => true,)*
                        _ => false,
                    };
                    Some(object.keys().filter(known).count())
                }
            }
        };
    };

    (@read optional $field:ident $wire:literal $map:ident $extra:ident) => {
        match $map.next_value().map_err($crate::raw::object::inside($wire))? {
            Some(value) => $field = Some(value),
            None => {
                $extra.insert($wire.to_owned(), ::serde_json::Value::Null);
            }
        }
    };
    (@read change $field:ident $wire:literal $map:ident $extra:ident) => {
        $field = Some(match $map.next_value().map_err($crate::raw::object::inside($wire))? {
            Some(value) => $crate::raw::change::Change::Set(value),
            None => $crate::raw::change::Change::Unset,
        })
    };
    (@read $kind:ident $field:ident $wire:literal $map:ident $extra:ident) => {
        $field = Some($map.next_value().map_err($crate::raw::object::inside($wire))?)
    };

    (@take optional $field:ident $wire:literal) => { $field };
    (@take change $field:ident $wire:literal) => {
        $field.unwrap_or($crate::raw::change::Change::Keep)
    };
    (@take $kind:ident $field:ident $wire:literal) => {
        match $field {
            Some(value) => value,
            None => return Err(::serde::de::Error::missing_field($wire)),
        }
    };

    (@write optional ($value:expr) $wire:literal $map:ident) => {
        if let Some(value) = &$value {
            $map.serialize_entry($wire, value)?;
        }
    };
    (@write change ($value:expr) $wire:literal $map:ident) => {
        match &$value {
            $crate::raw::change::Change::Keep => {}
            $crate::raw::change::Change::Unset => $map.serialize_entry($wire, &())?,
            $crate::raw::change::Change::Set(value) => $map.serialize_entry($wire, value)?,
        }
    };
    (@write $kind:ident ($value:expr) $wire:literal $map:ident) => {
        $map.serialize_entry($wire, &$value)?;
    };

    (@is_set optional ($value:expr)) => { $value.is_some() };
    (@is_set change ($value:expr)) => {
        !matches!($value, $crate::raw::change::Change::Keep)
    };
    (@is_set $kind:ident ($value:expr)) => { true };

    (@fit required $object:ident $wire:literal = $constant:path) => {
        if $object.get($wire)?.as_str() != Some($constant.as_str()) {
            return None;
        }
    };
    (@fit required $object:ident $wire:literal) => { $object.get($wire)?; };
    (@fit nullable $object:ident $wire:literal) => { $object.get($wire)?; };
    (@fit $kind:ident $object:ident $wire:literal) => {};
}

/// Puts the name of the property before the message of an error, so that it reads as a path.
pub(crate) fn inside<E: serde::de::Error>(wire: &'static str) -> impl Fn(E) -> E {
    move |error| E::custom(format_args!("{wire}: {error}"))
}
