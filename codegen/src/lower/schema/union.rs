//! Unions: arms that a tag tells apart, or their shapes.

use serde_json::{Value, json};

use super::shape::Shape;
use super::{COMPONENT, Name, RUST_NAME, Types, is_null_name, last_segment, type_names};
use crate::document::{Problem, child, elements, members, reference, text};
use crate::model::{Arm, Kind, Ty, Type, Union};
use crate::names::{Scope, pascal};

impl Types<'_> {
    /// The union of several schemas.
    pub fn define_union(
        &mut self,
        name: String,
        description: String,
        schemas: Vec<(Value, String)>,
    ) -> Result<(), Problem> {
        let name = Name::Claimed(name);
        let ty = self.union(schemas, None, &description, "", &name, false)?;
        if ty != Ty::Named(name.text().to_owned()) {
            self.alias(name.text().to_owned(), description, ty);
        }
        Ok(())
    }

    pub(super) fn union(
        &mut self,
        arms: Vec<(Value, String)>,
        discriminator: Option<&Value>,
        description: &str,
        pointer: &str,
        name: &Name,
        sent: bool,
    ) -> Result<Ty, Problem> {
        let arms = flattened(arms);
        if let [(arm, pointer)] = arms.as_slice() {
            return self.ty(arm, pointer, name, sent);
        }
        if arms.is_empty() {
            return Ok(Ty::Any);
        }
        if let Some(values) = self.all_strings(&arms)? {
            return Ok(match values {
                Some(values) => {
                    let schema = json!({ "description": description });
                    self.enumeration(values, &schema, pointer, name)
                }
                None if self.is_secret(&arms)? => Ty::Secret,
                None => Ty::String,
            });
        }
        let rust = self.place(name, pointer);
        let union = match self.tagged(&arms, discriminator)? {
            Some((tag, values)) => self.tagged_union(&rust, &arms, tag, values, sent)?,
            None => self.untagged_union(&rust, &arms, sent)?,
        };
        self.types.insert(
            rust.clone(),
            Type {
                description: description.to_owned(),
                kind: Kind::Union(union),
            },
        );
        Ok(Ty::Named(rust))
    }

    /// When every arm is a string: the listed values (none of them when the list is empty). They make one open enum, whose
    /// other values are the remaining strings.
    pub(super) fn all_strings(
        &self,
        arms: &[(Value, String)],
    ) -> Result<Option<Option<Vec<String>>>, Problem> {
        let mut listed = Vec::new();
        for (arm, pointer) in arms {
            let (arm, pointer) = self.document.follow(arm, pointer)?;
            if let Some(value) = arm.get("const") {
                match value {
                    Value::String(value) => listed.push(value.clone()),
                    _ => return Ok(None),
                }
            } else if let Some(values) = arm.get("enum").and_then(Value::as_array) {
                for value in values {
                    match value {
                        Value::String(value) => listed.push(value.clone()),
                        Value::Null => {}
                        _ => return Ok(None),
                    }
                }
            } else if type_names(arm, &pointer)? != ["string"] {
                return Ok(None);
            }
        }
        Ok(Some((!listed.is_empty()).then_some(listed)))
    }

    /// Whether one of the strings is a secret.
    pub(super) fn is_secret(&self, arms: &[(Value, String)]) -> Result<bool, Problem> {
        for (arm, pointer) in arms {
            if text(self.document.follow(arm, pointer)?.0, "format") == Some("password") {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The property that tells the arms apart, and for each of its values the number of the arm.
    #[allow(clippy::type_complexity)]
    pub(super) fn tagged(
        &mut self,
        arms: &[(Value, String)],
        discriminator: Option<&Value>,
    ) -> Result<Option<(String, Vec<(String, usize)>)>, Problem> {
        let mut shapes = Vec::new();
        for (arm, pointer) in arms {
            match self.shape(arm, pointer, 0)? {
                Some(shape) if shape.unions.is_empty() => shapes.push(shape),
                _ => return Ok(None),
            }
        }
        if let Some(tag) = discriminator.and_then(|object| text(object, "propertyName")) {
            let mut values = Vec::new();
            for (index, (arm, _)) in arms.iter().enumerate() {
                let mapped = discriminator
                    .into_iter()
                    .flat_map(|object| members(object, "mapping"))
                    .filter(|(_, target)| {
                        let target = target.as_str().map(last_segment);
                        target.is_some() && target == reference(arm).map(last_segment)
                    })
                    .map(|(value, _)| value.clone())
                    .collect::<Vec<_>>();
                let listed = self.listed(&shapes[index], tag)?;
                let mut own = mapped;
                for value in listed {
                    if !own.contains(&value) {
                        own.push(value);
                    }
                }
                let has_tag = shapes[index].properties.iter().any(|(key, ..)| key == tag);
                if own.is_empty() && has_tag {
                    own.extend(reference(arm).map(|target| last_segment(target).to_owned()));
                }
                // Without a value for each arm, or with one value for two of them, the shapes decide.
                let is_taken = |value| values.iter().any(|(known, _)| known == value);
                if own.is_empty() || own.iter().any(is_taken) {
                    return Ok(None);
                }
                values.extend(own.into_iter().map(|value| (value, index)));
            }
            return Ok(Some((tag.to_owned(), values)));
        }
        // Without a discriminator: a property that has other fixed values in every arm.
        let Some(first) = shapes.first() else {
            return Ok(None);
        };
        'candidate: for (tag, ..) in &first.properties {
            let mut values: Vec<(String, usize)> = Vec::new();
            for (index, shape) in shapes.iter().enumerate() {
                let listed = self.listed(shape, tag)?;
                let distinct = listed
                    .iter()
                    .all(|value| values.iter().all(|(known, _)| known != value));
                if listed.is_empty() || !distinct {
                    continue 'candidate;
                }
                values.extend(listed.into_iter().map(|value| (value, index)));
            }
            return Ok(Some((tag.clone(), values)));
        }
        Ok(None)
    }

    /// The fixed string values of a property.
    pub(super) fn listed(&self, shape: &Shape, property: &str) -> Result<Vec<String>, Problem> {
        let Some((_, schema, pointer)) = shape.properties.iter().find(|(key, ..)| key == property)
        else {
            return Ok(Vec::new());
        };
        let (schema, _) = self.document.follow(schema, pointer)?;
        let values = match schema.get("const") {
            Some(value) => std::slice::from_ref(value),
            None => elements(schema, "enum"),
        };
        Ok(values
            .iter()
            .filter_map(|value| value.as_str().map(str::to_owned))
            .collect())
    }

    pub(super) fn tagged_union(
        &mut self,
        rust: &str,
        arms: &[(Value, String)],
        tag: String,
        values: Vec<(String, usize)>,
        sent: bool,
    ) -> Result<Union, Problem> {
        let mut variants = Scope::with(["Unknown"]);
        let mut lowered = Vec::new();
        for (value, index) in values {
            let (arm, pointer) = &arms[index];
            let variant = variants.claim(pascal(&value));
            let wanted = Name::Wanted(format!("{rust}{variant}"));
            let ty = self.ty(arm, pointer, &wanted, sent)?;
            lowered.push(Arm::Typed {
                variant,
                ty,
                tag: Some(value),
            });
        }
        Ok(Union {
            tag: Some(tag),
            arms: lowered,
        })
    }

    pub(super) fn untagged_union(
        &mut self,
        rust: &str,
        arms: &[(Value, String)],
        sent: bool,
    ) -> Result<Union, Problem> {
        let mut variants = Scope::with(["Unknown"]);
        let mut lowered: Vec<Arm> = Vec::new();
        for (index, (arm, pointer)) in arms.iter().enumerate() {
            if let Some(value @ (Value::String(_) | Value::Bool(_) | Value::Number(_))) =
                constant(arm)
            {
                let label = match value {
                    Value::String(value) => pascal(value),
                    value => pascal(&value.to_string()),
                };
                lowered.push(Arm::Unit {
                    variant: variants.claim(label),
                    value: value.clone(),
                });
                continue;
            }
            let component = reference(arm).map(last_segment).or(text(arm, COMPONENT));
            let of_component = component.and_then(|key| self.own_names.components.get(key));
            let own = text(arm, RUST_NAME).or(of_component.map(String::as_str));
            let label = match (own, component) {
                (Some(own), _) => Some(own.strip_prefix(rust).unwrap_or(own).to_owned()),
                (None, Some(component)) => Some(pascal(component)),
                (None, None) if arm.get("enum").is_some() => Some("Value".to_owned()),
                (None, None) => own_property(arms, index).map(pascal),
            };
            let numbered = format!("Variant{}", index + 1);
            let wanted = format!("{rust}{}", label.as_deref().unwrap_or(&numbered));
            let wanted = match type_names(arm, pointer)?.as_slice() {
                // The item of a list is named for the union, not for its list arm.
                [one] if one == "array" => rust.to_owned(),
                _ => wanted,
            };
            let ty = self.ty(arm, pointer, &Name::Wanted(wanted), sent)?;
            let known = lowered.iter_mut().find_map(|arm| match arm {
                // Strings of several formats are one arm.
                Arm::Typed { ty: known, .. }
                    if *known == ty || (known.is_string() && ty.is_string()) =>
                {
                    Some(known)
                }
                _ => None,
            });
            if let Some(known) = known {
                if *known != ty {
                    let is_secret = [&*known, &ty].contains(&&Ty::Secret);
                    *known = if is_secret { Ty::Secret } else { Ty::String };
                }
                continue;
            }
            let label = label.unwrap_or_else(|| match &ty {
                Ty::String | Ty::Secret | Ty::Uri | Ty::Timestamp => "String".to_owned(),
                Ty::Boolean => "Boolean".to_owned(),
                Ty::Number => "Number".to_owned(),
                Ty::List(_) => "List".to_owned(),
                Ty::Map(_) => "Object".to_owned(),
                Ty::Any => "Any".to_owned(),
                _ => {
                    self.warnings.push(format!(
                        "#{pointer} has a name that depends on the order of the arms, `{rust}{numbered}`: give it one with `{RUST_NAME}` in the overlay"
                    ));
                    numbered
                }
            });
            lowered.push(Arm::Typed {
                variant: variants.claim(label),
                ty,
                tag: None,
            });
        }
        Ok(Union {
            tag: None,
            arms: lowered,
        })
    }
}

/// The only value that a schema allows, in either way to write it.
fn constant(schema: &Value) -> Option<&Value> {
    match (schema.get("const"), elements(schema, "enum")) {
        (Some(value), _) => Some(value),
        (None, [value]) => Some(value),
        _ => None,
    }
}

/// A property that one arm has and no other: a required one, if there is one.
fn own_property(arms: &[(Value, String)], index: usize) -> Option<&str> {
    let (arm, _) = &arms[index];
    let is_elsewhere = |name: &str| {
        let mut others = arms.iter().enumerate().filter(|(other, _)| *other != index);
        others.any(|(_, (arm, _))| members(arm, "properties").any(|(known, _)| known == name))
    };
    let required = elements(arm, "required");
    members(arm, "properties")
        .map(|(name, _)| name.as_str())
        .filter(|name| !is_elsewhere(name))
        .min_by_key(|name| (!required.iter().any(|required| required == name), *name))
}

/// Arms without nulls, and with the arms of inner unions in place of those.
pub(super) fn flattened(arms: Vec<(Value, String)>) -> Vec<(Value, String)> {
    let mut flat = Vec::new();
    for (arm, pointer) in arms {
        if is_null(&arm) {
            continue;
        }
        let keyword = ["oneOf", "anyOf"]
            .into_iter()
            .find(|keyword| !elements(&arm, keyword).is_empty());
        match keyword {
            Some(keyword)
                if ["properties", "allOf", "discriminator"]
                    .iter()
                    .all(|keyword| arm.get(keyword).is_none()) =>
            {
                let inner = elements(&arm, keyword)
                    .iter()
                    .enumerate()
                    .map(|(index, inner)| (inner.clone(), child(&child(&pointer, keyword), index)))
                    .collect();
                flat.extend(flattened(inner));
            }
            _ => flat.push((arm, pointer)),
        }
    }
    flat
}

pub(super) fn is_null(schema: &Value) -> bool {
    match schema.get("type") {
        Some(Value::Array(names)) => names.iter().all(is_null_name),
        Some(name) => is_null_name(name),
        None => schema.get("const") == Some(&Value::Null),
    }
}
