//! The alternatives of a value, and the unions that they become.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::merge::{Facts, is_null, is_validation_only, only_part};
use super::node::{All, Direction, Name, Node, Owner, Part, RUST_NAME, Reading};
use super::own_names::Sort;
use super::schema::{Types, last_segment};
use crate::document::{Document, Problem, elements, members, reference, text};
use crate::model::{Arm, Kind, Ty, Type};
use crate::names::{Scope, is_type_name, pascal};

/// The most arms of a union that come from unions in it.
const MAX_ARMS: usize = 256;

/// One `oneOf` or `anyOf` where it stands.
#[derive(Debug)]
pub struct Union<'d> {
    /// The schema that has the keyword.
    pub owner: Part<'d>,
    keyword: &'static str,
}

impl<'d> Union<'d> {
    /// Those of a schema.
    pub fn of(owner: &Part<'d>) -> Vec<Self> {
        let has = |keyword: &&str| !elements(owner.schema, keyword).is_empty();
        let keywords = ["oneOf", "anyOf"].into_iter().filter(has);
        let union = |keyword| Self {
            owner: owner.clone(),
            keyword,
        };
        keywords.map(union).collect()
    }

    /// The addresses of the schemas that arms refer to.
    pub fn targets(&self, document: &'d Document) -> impl Iterator<Item = usize> {
        let arms = elements(self.owner.schema, self.keyword).iter();
        arms.filter_map(reference).filter_map(|target| {
            let (schema, _) = document.resolve(target, "").ok()?;
            Some(std::ptr::from_ref(schema) as usize)
        })
    }

    /// The arms as they are written. Types inside are named for the arm, not for the component that
    /// has the union.
    fn written(&self) -> impl Iterator<Item = Part<'d>> + use<'d> {
        self.owner.listed(self.keyword).map(|arm| Part {
            owner: Owner::Place,
            ..arm
        })
    }
}

/// The alternatives of a value, without null.
pub struct Arms<'d> {
    pub arms: Vec<All<'d>>,
    pub discriminator: Option<&'d Value>,
    /// Where there are more than a person would look through, for which any value stands.
    pub too_many: Option<String>,
}

impl<'d> Arms<'d> {
    fn too_many(pointer: &str) -> Self {
        Self {
            arms: Vec::new(),
            discriminator: None,
            too_many: Some(pointer.to_owned()),
        }
    }
}

impl<'d> Types<'d> {
    /// The alternatives of what has these facts. `None` if it has none, or if they only say which
    /// properties are required together.
    pub fn arms(&self, facts: &Facts<'d>) -> Result<Option<Arms<'d>>, Problem> {
        let mut combined: Option<Vec<All<'d>>> = None;
        let mut place: Option<&Union<'d>> = None;
        for union in &facts.unions {
            let mut flat = Vec::new();
            let mut seen = HashSet::from([union.owner.address()]);
            for arm in union.written() {
                self.flatten(arm, &union.owner, &mut seen, &mut flat)?;
            }
            self.distinct(&mut flat)?;
            // Null and references back here add no alternative.
            let is_alternative = flat.iter().any(|arm| !is_validation_only(arm.schema));
            if !is_alternative || !facts.properties.is_empty() && !self.bring_properties(&flat)? {
                continue;
            }
            combined = Some(match combined.take() {
                None => flat.into_iter().map(|arm| vec![arm]).collect(),
                Some(known) => {
                    let pointer = place
                        .map(|place| place.owner.pointer.clone())
                        .unwrap_or_default();
                    if known.len() * flat.len() > MAX_PRODUCT {
                        return Ok(Some(Arms::too_many(&pointer)));
                    }
                    let each = |all: &All<'d>| {
                        let both =
                            |arm: &Part<'d>| [all.as_slice(), std::slice::from_ref(arm)].concat();
                        flat.iter().map(both).collect::<Vec<_>>()
                    };
                    known.iter().flat_map(each).collect()
                }
            });
            place = Some(place.unwrap_or(union));
        }
        let (Some(arms), Some(place)) = (combined, place) else {
            return Ok(None);
        };
        let base: All<'d> = facts
            .parts
            .iter()
            .map(|part| part.read_as(Reading::WithoutArms))
            .collect();
        // Arms that are listed in the document all count.
        let limit = MAX_ARMS.max(arms.len());
        let mut whole = Vec::new();
        for arm in arms {
            if !self.adds_to(facts, &arm)? {
                whole.push(arm);
                continue;
            }
            let all = [base.clone(), arm.clone()].concat();
            let own = self.facts(&all)?;
            if !facts.properties.is_empty() && (own.clash.is_some() || !own.is_object()) {
                return Err(Problem::new(
                    arm.last()
                        .map(|arm| arm.pointer.clone())
                        .unwrap_or_default(),
                    "properties beside a union in which an arm is not an object",
                    "let every arm be an object, or move the properties into the arms",
                ));
            }
            match self.arms(&own)? {
                Some(inner) if inner.too_many.is_some() => return Ok(Some(inner)),
                Some(inner) => whole.extend(inner.arms),
                None => whole.push(all),
            }
            if whole.len() > limit {
                return Ok(Some(Arms::too_many(&place.owner.pointer)));
            }
        }
        Ok(Some(Arms {
            arms: whole,
            discriminator: place.owner.schema.get("discriminator"),
            too_many: None,
        }))
    }

    /// Adds an arm, or in its place the arms of a union that has nothing else. Null isn't an arm.
    fn flatten(
        &self,
        arm: Part<'d>,
        owner: &Part<'d>,
        seen: &mut HashSet<usize>,
        flat: &mut Vec<Part<'d>>,
    ) -> Result<(), Problem> {
        if is_null(arm.schema) {
            return Ok(());
        }
        // A union of unions that contains itself: what is in it stands here.
        let leads_back = reference(arm.schema).is_some() || only_part(&arm).is_some();
        if leads_back
            && !self.is_open(&arm)
            && self.leads_to(&arm, owner.address(), &mut HashSet::new())
        {
            let target = self.followed(&arm)?;
            if seen.insert(target.address()) {
                for inner in Union::of(&target).iter().flat_map(Union::written) {
                    self.flatten(inner, owner, seen, flat)?;
                }
            }
            return Ok(());
        }
        match Union::of(&arm).as_slice() {
            [union] if is_pure(arm.schema) => {
                for arm in union.written() {
                    self.flatten(arm, owner, seen, flat)?;
                }
            }
            _ => flat.push(arm),
        }
        Ok(())
    }

    /// Drops repeated arms: the same schema twice adds no alternative.
    fn distinct(&self, arms: &mut Vec<Part<'d>>) -> Result<(), Problem> {
        let mut known = HashSet::new();
        let mut distinct = Vec::new();
        for arm in arms.drain(..) {
            let target = match self.is_plain_reference(&arm)? {
                true => self.followed(&arm).ok().map(|target| target.pointer),
                false => None,
            };
            if known.insert(target.unwrap_or_else(|| arm.schema.to_string())) {
                distinct.push(arm);
            }
        }
        *arms = distinct;
        Ok(())
    }

    /// Whether no union leads back to itself from here on, whatever else it says.
    fn is_open(&self, arm: &Part<'d>) -> bool {
        let Ok(arm) = self.followed(arm) else {
            return true;
        };
        if let Some(known) = self.open.borrow().get(&arm.address()) {
            return *known;
        }
        self.open.borrow_mut().insert(arm.address(), false);
        let unions = Union::of(&arm);
        let is_open = unions
            .iter()
            .flat_map(Union::written)
            .all(|arm| self.is_open(&arm));
        self.open.borrow_mut().insert(arm.address(), is_open);
        is_open
    }

    /// Whether an arm is, through unions alone, the schema at this address.
    fn leads_to(&self, arm: &Part<'d>, address: usize, seen: &mut HashSet<usize>) -> bool {
        let Ok(arm) = self.followed(arm) else {
            return false;
        };
        if arm.address() == address {
            return true;
        }
        if !seen.insert(arm.address()) || !is_pure(arm.schema) {
            return false;
        }
        Union::of(&arm)
            .iter()
            .flat_map(Union::written)
            .any(|arm| self.leads_to(&arm, address, seen))
    }

    /// Whether one of the arms has properties or is not an object.
    fn bring_properties(&self, arms: &[Part<'d>]) -> Result<bool, Problem> {
        for arm in arms.iter().filter(|arm| !is_validation_only(arm.schema)) {
            let facts = self.facts(&vec![arm.clone()])?;
            let is_other = (facts.types.is_some() || facts.values.is_some()) && !facts.is_object();
            if is_other || !facts.unions.is_empty() || !facts.properties.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the schema around an arm adds something to it.
    fn adds_to(&self, base: &Facts<'d>, arm: &All<'d>) -> Result<bool, Problem> {
        if !base.properties.is_empty() || arm.len() > 1 {
            return Ok(true);
        }
        let arm = self.facts(arm)?;
        let is_untyped = arm.types.is_none()
            && arm.values.is_none()
            && !arm.is_object()
            && arm.unions.is_empty();
        let requires = |name: &&str| !arm.required.contains(name) && arm.property(name).is_some();
        Ok(base.required.iter().any(requires)
            || (is_untyped && base.types.is_some())
            || (base.further.len() + base.items.len() > 0))
    }

    /// The objects that a value may be: itself, or the arms of its unions.
    pub fn objects(
        &self,
        part: Part<'d>,
        seen: &mut HashSet<usize>,
        found: &mut Vec<All<'d>>,
    ) -> Result<(), Problem> {
        if !seen.insert(self.followed(&part)?.address()) {
            return Ok(());
        }
        let all = vec![part];
        let facts = self.facts(&all)?;
        if facts.unions.is_empty() {
            if facts.is_object() {
                found.push(all);
            }
            return Ok(());
        }
        if facts.is_object() {
            let without_arms = |part: &Part<'d>| part.read_as(Reading::WithoutArms);
            found.push(facts.parts.iter().map(without_arms).collect());
        }
        let arms = facts.unions.iter().flat_map(Union::written);
        arms.into_iter()
            .try_for_each(|arm| self.objects(arm, seen, found))
    }

    /// A union, or what is left of it when one arm is left, or when all arms are strings.
    pub fn union(
        &mut self,
        node: &Node<'d>,
        description: String,
        arms: Vec<All<'d>>,
        discriminator: Option<&'d Value>,
    ) -> Result<Ty, Problem> {
        let nodes: Vec<Node<'d>> = arms
            .into_iter()
            .map(|all| node.inner(vec![all], node.name.clone()))
            .collect();
        self.union_of(node, description, nodes, discriminator)
    }

    /// The union of the schemas of several statuses or events.
    pub fn define_union(
        &mut self,
        name: String,
        description: String,
        arms: Vec<All<'d>>,
    ) -> Result<(), Problem> {
        let node = Node::new(Vec::new(), Name::Claimed(name.clone()), Direction::Received);
        self.made_of(&name, arms.clone());
        let mut flat = Vec::new();
        for all in arms {
            match all.as_slice() {
                [arm] => {
                    let mut inner = Vec::new();
                    self.flatten(arm.clone(), arm, &mut HashSet::new(), &mut inner)?;
                    flat.extend(inner.into_iter().map(|arm| vec![arm]));
                }
                _ => flat.push(all),
            }
        }
        let ty = self.union(&node, description.clone(), flat, None)?;
        if ty != Ty::Named(name.clone()) {
            self.alias(name, description, ty);
        }
        Ok(())
    }

    pub(super) fn union_of(
        &mut self,
        node: &Node<'d>,
        description: String,
        arms: Vec<Node<'d>>,
        discriminator: Option<&'d Value>,
    ) -> Result<Ty, Problem> {
        match arms.as_slice() {
            [] => return Ok(Ty::Any),
            [arm] => return self.ty(arm),
            _ => {}
        }
        let facts = arms
            .iter()
            .map(|arm| self.facts_of(arm))
            .collect::<Result<Vec<_>, _>>()?;
        // They make one open enum, whose other values are the remaining strings.
        if let Some(strings) = facts.iter().map(Facts::strings).collect::<Option<Vec<_>>>() {
            let values: Vec<&str> = strings.into_iter().flatten().collect();
            if !values.is_empty() {
                return Ok(self.enumeration(&values, description, node));
            }
            let is_secret = facts.iter().any(|facts| facts.format() == Some("password"));
            return Ok(if is_secret { Ty::Secret } else { Ty::String });
        }
        let is_simple = |facts: &Facts<'d>| !facts.is_object() && facts.unions.is_empty();
        let sort = facts.iter().all(is_simple).then_some(Sort::Union);
        let rust = self.place(node, sort);
        let union = match self.tagged(&arms, &facts, discriminator)? {
            Some((tag, values)) => self.tagged_union(&rust, &arms, tag, values)?,
            None => self.untagged_union(&rust, &arms, &facts)?,
        };
        let kind = Kind::Union(union);
        self.define(&rust, Type { description, kind });
        Ok(Ty::Named(rust))
    }

    /// The property that tells the arms apart, and for each of its values the number of the arm.
    #[allow(clippy::type_complexity)]
    fn tagged(
        &self,
        arms: &[Node<'d>],
        facts: &[Facts<'d>],
        discriminator: Option<&'d Value>,
    ) -> Result<Option<(String, Vec<(String, usize)>)>, Problem> {
        if !facts
            .iter()
            .all(|facts| facts.is_object() && facts.unions.is_empty())
        {
            return Ok(None);
        }
        let listed = |facts: &Facts<'d>, tag: &str| -> Result<Vec<&'d str>, Problem> {
            let Some(all) = facts.property(tag) else {
                return Ok(Vec::new());
            };
            let values = self.facts(all)?.values.unwrap_or_default();
            Ok(values.into_iter().filter_map(Value::as_str).collect())
        };
        if let Some(tag) = discriminator.and_then(|object| text(object, "propertyName")) {
            let mapping: Vec<(&str, &str)> = discriminator
                .into_iter()
                .flat_map(|object| members(object, "mapping"))
                .filter_map(|(value, target)| {
                    Some((value.as_str(), last_segment(target.as_str()?)))
                })
                .collect();
            let mut values: Vec<(String, usize)> = Vec::new();
            let mut taken = HashSet::new();
            for (index, arm) in arms.iter().enumerate() {
                let name = reference(arm.last().schema).map(last_segment);
                let mapped = mapping.iter().filter(|(_, target)| name == Some(*target));
                let mut own: Vec<&str> = mapped.map(|(value, _)| *value).collect();
                for value in listed(&facts[index], tag)? {
                    if !own.contains(&value) {
                        own.push(value);
                    }
                }
                if own.is_empty() && facts[index].property(tag).is_some() {
                    own.extend(name);
                }
                // Without a value for each arm, or with one value for two of them, the shapes
                // decide.
                if own.is_empty() || !own.iter().all(|value| taken.insert(*value)) {
                    return Ok(None);
                }
                values.extend(own.into_iter().map(|value| (value.to_owned(), index)));
            }
            return Ok(Some((tag.to_owned(), values)));
        }
        // Without a discriminator: a property that has other fixed values in every arm.
        let Some(first) = facts.first() else {
            return Ok(None);
        };
        'candidate: for (tag, _) in &first.properties {
            let mut values: Vec<(String, usize)> = Vec::new();
            let mut taken = HashSet::new();
            for (index, facts) in facts.iter().enumerate() {
                let listed = listed(facts, tag)?;
                if listed.is_empty() || !listed.iter().all(|value| taken.insert(*value)) {
                    continue 'candidate;
                }
                values.extend(listed.into_iter().map(|value| (value.to_owned(), index)));
            }
            return Ok(Some(((*tag).to_owned(), values)));
        }
        Ok(None)
    }

    fn tagged_union(
        &mut self,
        rust: &str,
        arms: &[Node<'d>],
        tag: String,
        values: Vec<(String, usize)>,
    ) -> Result<crate::model::Union, Problem> {
        let mut variants = Scope::with(["Unknown"]);
        let mut lowered = Vec::new();
        for (value, index) in values {
            let variant = variants.claim(pascal(&value));
            let name = Name::Wanted(format!("{rust}{variant}"));
            let ty = self.ty(&Node {
                name,
                ..arms[index].clone()
            })?;
            lowered.push(Arm::Typed {
                variant,
                ty,
                tag: Some(value),
            });
        }
        Ok(crate::model::Union {
            tag: Some(tag),
            arms: lowered,
        })
    }

    fn untagged_union(
        &mut self,
        rust: &str,
        arms: &[Node<'d>],
        facts: &[Facts<'d>],
    ) -> Result<crate::model::Union, Problem> {
        let mut variants = Scope::with(["Unknown"]);
        let mut lowered: Vec<Arm> = Vec::new();
        let own = own_properties(arms, facts);
        for (index, arm) in arms.iter().enumerate() {
            let written = arm.last();
            let schema = written.schema;
            if let (Some([value @ (Value::String(_) | Value::Bool(_) | Value::Number(_))]), None) =
                (facts[index].values.as_deref(), reference(schema))
            {
                let label = match value {
                    Value::String(value) => pascal(value),
                    value => pascal(&value.to_string()),
                };
                lowered.push(Arm::Unit {
                    variant: variants.claim(label),
                    value: (*value).clone(),
                });
                continue;
            }
            let component = reference(schema).map(last_segment);
            let of_component = component.and_then(|key| self.own_names.components.get(key));
            let own_name = text(schema, RUST_NAME).or(of_component.map(String::as_str));
            let label = match (own_name, component) {
                (Some(own), _) => {
                    let rest = own.strip_prefix(rust).filter(|rest| is_type_name(rest));
                    Some(rest.unwrap_or(own).to_owned())
                }
                (None, Some(component)) => Some(pascal(component)),
                (None, None) if schema.get("enum").is_some() => Some("Value".to_owned()),
                (None, None) => own[index].map(pascal),
            };
            let numbered = format!("Variant{}", index + 1);
            let wanted = match facts[index].is_type(&["array"]) && component.is_none() {
                // The item of a list is named for the union, not for its list arm.
                true => rust.to_owned(),
                false => format!("{rust}{}", label.as_deref().unwrap_or(&numbered)),
            };
            let name = Name::Wanted(wanted);
            let ty = self.ty(&Node {
                name,
                ..arm.clone()
            })?;
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
                    let pointer = &written.pointer;
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
        Ok(crate::model::Union {
            tag: None,
            arms: lowered,
        })
    }
}

/// The most arms that a combination of unions may have.
const MAX_PRODUCT: usize = 64;

/// For each arm, a property that no other arm has: a required one, if there is one.
fn own_properties<'d>(arms: &[Node<'d>], facts: &[Facts<'d>]) -> Vec<Option<&'d str>> {
    // What a component has does not take a name from an arm that is written out.
    let counts = |arm: &Node<'d>| {
        reference(arm.last().schema).is_none() || arm.ways.iter().any(|all| all.len() > 1)
    };
    let mut count: HashMap<&str, usize> = HashMap::new();
    for (_, facts) in arms.iter().zip(facts).filter(|(arm, _)| counts(arm)) {
        for (name, _) in &facts.properties {
            *count.entry(name).or_default() += 1;
        }
    }
    let own = |facts: &Facts<'d>| {
        let names = facts.properties.iter().map(|(name, _)| *name);
        let alone = names.filter(|name| count.get(name) == Some(&1));
        alone.min_by_key(|name| (!facts.required.contains(name), *name))
    };
    facts.iter().map(own).collect()
}

/// Whether a schema has a union and nothing else that matters.
fn is_pure(schema: &Value) -> bool {
    [
        "properties",
        "allOf",
        "discriminator",
        "required",
        "$ref",
        RUST_NAME,
    ]
    .iter()
    .all(|keyword| schema.get(keyword).is_none())
}
