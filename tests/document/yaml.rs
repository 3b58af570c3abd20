//! Reads YAML as plain JSON, without any of the lowering's code.

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::Value;

/// The API document that the crate was built from.
pub fn api_document() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/spec/imagekit.yaml");
    read(&std::fs::read_to_string(path).unwrap())
}

pub fn read(text: &str) -> Value {
    plain(&Yaml::load_from_str(text).unwrap()[0])
}

fn plain(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => (*value).into(),
        Yaml::Value(Scalar::Integer(value)) => (*value).into(),
        Yaml::Value(Scalar::FloatingPoint(value)) => value.into_inner().into(),
        Yaml::Value(Scalar::String(value)) => value.as_ref().into(),
        Yaml::Sequence(items) => items.iter().map(plain).collect(),
        Yaml::Mapping(entries) => entries
            .iter()
            .map(|(key, value)| {
                let key = match plain(key) {
                    Value::String(key) => key,
                    key => key.to_string(),
                };
                (key, plain(value))
            })
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => panic!("unexpected in YAML: {other:?}"),
    }
}
