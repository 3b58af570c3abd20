//! JSON Schemas of the generated types, as the document describes them.

use std::borrow::Cow;
use std::sync::LazyLock;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::types::{self, Change, Number, Timestamp};

/// By the names of types. A reference to another type is `type:Name`.
static SCHEMAS: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    let schemas = include_str!(concat!(env!("OUT_DIR"), "/schemas.json"));
    serde_json::from_str(schemas).unwrap_or_default()
});

macro_rules! json_schemas {
    ($($ty:ident $name:literal;)*) => {
        $(
            impl JsonSchema for types::$ty {
                fn schema_name() -> Cow<'static, str> {
                    $name.into()
                }

                fn schema_id() -> Cow<'static, str> {
                    concat!("imagekitio::raw::types::", $name).into()
                }

                fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                    schema_of($name, generator)
                }
            }
        )*

        fn subschema_for(name: &str, generator: &mut SchemaGenerator) -> Schema {
            match name {
                $($name => generator.subschema_for::<types::$ty>(),)*
                _ => true.into(),
            }
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/schemas.rs"));

fn schema_of(name: &str, generator: &mut SchemaGenerator) -> Schema {
    let mut schema = SCHEMAS.get(name).cloned().unwrap_or(true.into());
    refer(&mut schema, generator);
    Schema::try_from(schema).unwrap_or_default()
}

/// Replaces references to types by those of the generator.
fn refer(schema: &mut Value, generator: &mut SchemaGenerator) {
    let name = schema["$ref"]
        .as_str()
        .and_then(|name| name.strip_prefix("type:"));
    if let Some(name) = name {
        *schema = subschema_for(name, generator).to_value();
        return;
    }
    match schema {
        Value::Object(members) => members
            .values_mut()
            .for_each(|value| refer(value, generator)),
        Value::Array(items) => items.iter_mut().for_each(|value| refer(value, generator)),
        _ => {}
    }
}

impl JsonSchema for Number {
    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number" })
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// Null or a value. A property that may also be absent is not required.
impl<T: JsonSchema> JsonSchema for Change<T> {
    fn schema_name() -> Cow<'static, str> {
        Option::<T>::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        Option::<T>::schema_id()
    }

    fn inline_schema() -> bool {
        Option::<T>::inline_schema()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(generator)
    }
}
