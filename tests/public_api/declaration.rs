//! Writes items and types, as rustdoc describes them, much as Rust does.
//!
//! Types are named by the last part of their path: how a file imports them is no part of the API.

use serde_json::Value;

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The only entry of an object: its name says what it is.
pub(crate) fn kind_of(tagged: &Value) -> (&str, &Value) {
    let tagged = tagged.get("inner").unwrap_or(tagged);
    match tagged.as_object().and_then(|object| object.iter().next()) {
        Some((kind, inner)) => (kind, inner),
        None => (text(tagged), tagged),
    }
}

fn joined(values: &[Value], separator: &str, write: impl Fn(&Value) -> String) -> String {
    values.iter().map(write).collect::<Vec<_>>().join(separator)
}

fn when<'a>(condition: &Value, words: &'a str) -> &'a str {
    if condition == true { words } else { "" }
}

/// The attributes that a user of the item notices.
pub(crate) fn attributes(item: &Value) -> String {
    let attributes = list(&item["attrs"]).iter();
    let names = attributes.map(|attribute| kind_of(attribute).0);
    let noticed = names.filter(|name| ["must_use", "non_exhaustive", "deprecated"].contains(name));
    noticed.map(|name| format!("#[{name}] ")).collect()
}

pub(crate) fn of(kind: &str, name: &str, inner: &Value) -> String {
    let (parameters, conditions) = generics(&inner["generics"]);
    match kind {
        "function" => function(name, inner),
        "struct_field" => format!("field {}", type_name(inner)),
        "constant" | "assoc_const" => format!("const {}", type_name(&inner["type"])),
        "static" => {
            format!("static {}{}", when(&inner["is_mutable"], "mut "), type_name(&inner["type"]))
        }
        "type_alias" => format!("type{parameters} = {}{conditions}", type_name(&inner["type"])),
        "assoc_type" if inner["type"].is_null() => {
            format!("type {name}{parameters}{}{conditions}", bounds_after(": ", &inner["bounds"]))
        }
        "assoc_type" => {
            format!("type {name}{parameters} = {}{conditions}", type_name(&inner["type"]))
        }
        "trait" => {
            let (unsafety, auto) =
                (when(&inner["is_unsafe"], "unsafe "), when(&inner["is_auto"], "auto "));
            let bounds = bounds_after(": ", &inner["bounds"]);
            let dynamic = when(&inner["is_dyn_compatible"], ", dyn-compatible");
            format!("{unsafety}{auto}trait{parameters}{bounds}{conditions}{dynamic}")
        }
        "macro" => text(inner).split_whitespace().collect::<Vec<_>>().join(" "),
        // What else there is has fields, variants or items, which stand on lines of their own.
        _ => {
            let private = inner["kind"]["plain"]["has_stripped_fields"] == true
                || inner["has_stripped_fields"] == true
                || list(&inner["kind"]["tuple"]).iter().any(Value::is_null);
            let private = if private { ", private fields" } else { "" };
            format!("{kind}{parameters}{conditions}{private}")
        }
    }
}

fn function(name: &str, inner: &Value) -> String {
    let (parameters, conditions) = generics(&inner["generics"]);
    let inputs =
        joined(list(&inner["sig"]["inputs"]), ", ", |input| parameter(&input[0], &input[1]));
    let required = if inner["has_body"] == false { "required " } else { "" };
    let qualifiers = qualifiers(&inner["header"]);
    let output = output(&inner["sig"]["output"]);
    format!("{required}{qualifiers}fn {name}{parameters}({inputs}){output}{conditions}")
}

fn qualifiers(header: &Value) -> String {
    let abi = match kind_of(&header["abi"]).0 {
        "Rust" => String::new(),
        abi => format!("extern {abi:?} "),
    };
    let words = [("is_const", "const "), ("is_async", "async "), ("is_unsafe", "unsafe ")];
    words.map(|(key, word)| when(&header[key], word)).concat() + &abi
}

fn output(ty: &Value) -> String {
    if ty.is_null() { String::new() } else { format!(" -> {}", type_name(ty)) }
}

fn parameter(name: &Value, ty: &Value) -> String {
    let is_self = text(name) == "self";
    let referent = &ty["borrowed_ref"]["type"]["generic"];
    match type_name(ty) {
        ty if is_self && ty == "Self" => "self".to_owned(),
        ty if is_self && referent == "Self" => ty.replace("Self", "self"),
        ty => format!("{}: {ty}", text(name)),
    }
}

/// The parameters in their brackets, and the conditions with their `where`.
fn generics(generics: &Value) -> (String, String) {
    let written = |parameter: &&Value| parameter["kind"]["type"]["is_synthetic"] != true;
    let parameters: Vec<String> =
        list(&generics["params"]).iter().filter(written).map(generic_parameter).collect();
    let conditions = joined(list(&generics["where_predicates"]), ", ", condition);
    let in_brackets = |list: String| if list.is_empty() { list } else { format!("<{list}>") };
    let after_where = |list: String| if list.is_empty() { list } else { format!(" where {list}") };
    (in_brackets(parameters.join(", ")), after_where(conditions))
}

fn generic_parameter(parameter: &Value) -> String {
    let name = text(&parameter["name"]);
    let (kind, inner) = kind_of(&parameter["kind"]);
    let default = match (&inner["default"], inner["default"].as_str()) {
        (Value::Null, _) => String::new(),
        (_, Some(expression)) => format!(" = {expression}"),
        (ty, None) => format!(" = {}", type_name(ty)),
    };
    match kind {
        "lifetime" => {
            let outlives = joined(list(&inner["outlives"]), " + ", |name| text(name).to_owned());
            if outlives.is_empty() { name.to_owned() } else { format!("{name}: {outlives}") }
        }
        "const" => format!("const {name}: {}{default}", type_name(&inner["type"])),
        _ => format!("{name}{}{default}", bounds_after(": ", &inner["bounds"])),
    }
}

fn condition(predicate: &Value) -> String {
    let (kind, inner) = kind_of(predicate);
    match kind {
        "bound_predicate" => format!(
            "{}{}{}",
            higher_ranked(&inner["generic_params"]),
            type_name(&inner["type"]),
            bounds_after(": ", &inner["bounds"])
        ),
        "lifetime_predicate" => {
            let outlives = joined(list(&inner["outlives"]), " + ", |name| text(name).to_owned());
            format!("{}: {outlives}", text(&inner["lifetime"]))
        }
        _ => predicate.to_string(),
    }
}

fn higher_ranked(parameters: &Value) -> String {
    match joined(list(parameters), ", ", generic_parameter) {
        list if list.is_empty() => list,
        list => format!("for<{list}> "),
    }
}

/// In alphabetical order: rustdoc's own order is not the same in every run.
fn bounds_after(before: &str, bounds: &Value) -> String {
    let mut bounds: Vec<String> = list(bounds).iter().map(bound).collect();
    bounds.sort();
    if bounds.is_empty() { String::new() } else { format!("{before}{}", bounds.join(" + ")) }
}

fn bound(bound: &Value) -> String {
    let (kind, inner) = kind_of(bound);
    match kind {
        "outlives" => text(inner).to_owned(),
        "use" => {
            format!("use<{}>", joined(list(inner), ", ", |name| text(kind_of(name).1).to_owned()))
        }
        "trait_bound" => {
            let modifier = match text(&inner["modifier"]) {
                "maybe" => "?",
                "maybe_const" => "[const] ",
                _ => "",
            };
            let quantifier = higher_ranked(&inner["generic_params"]);
            format!("{quantifier}{modifier}{}", path_name(&inner["trait"]))
        }
        _ => bound.to_string(),
    }
}

pub(crate) fn impl_head(implementation: &Value) -> String {
    let (parameters, conditions) = generics(&implementation["generics"]);
    let unsafety = when(&implementation["is_unsafe"], "unsafe ");
    let negation = when(&implementation["is_negative"], "!");
    let implemented = match implementation["trait"].is_null() {
        true => String::new(),
        false => format!("{negation}{} for ", path_name(&implementation["trait"])),
    };
    let ty = type_name(&implementation["for"]);
    format!("{unsafety}impl{parameters} {implemented}{ty}{conditions}")
}

fn path_name(path: &Value) -> String {
    let name = text(&path["path"]).rsplit("::").next().unwrap_or_default();
    format!("{name}{}", arguments(&path["args"]))
}

fn arguments(arguments: &Value) -> String {
    let (kind, inner) = kind_of(arguments);
    match kind {
        "angle_bracketed" => {
            let mut all: Vec<String> = list(&inner["args"]).iter().map(argument).collect();
            all.extend(list(&inner["constraints"]).iter().map(constraint));
            if all.is_empty() { String::new() } else { format!("<{}>", all.join(", ")) }
        }
        "parenthesized" => {
            let inputs = joined(list(&inner["inputs"]), ", ", type_name);
            format!("({inputs}){}", output(&inner["output"]))
        }
        _ => String::new(),
    }
}

fn argument(argument: &Value) -> String {
    match kind_of(argument) {
        ("lifetime", name) => text(name).to_owned(),
        ("const", constant) => text(&constant["expr"]).to_owned(),
        ("type", ty) => type_name(ty),
        _ => "_".to_owned(),
    }
}

fn constraint(constraint: &Value) -> String {
    let name = format!("{}{}", text(&constraint["name"]), arguments(&constraint["args"]));
    match kind_of(&constraint["binding"]) {
        ("equality", term) => format!("{name} = {}", argument(term)),
        (_, bounds) => format!("{name}{}", bounds_after(": ", bounds)),
    }
}

fn type_name(ty: &Value) -> String {
    let (kind, inner) = kind_of(ty);
    match kind {
        "primitive" if inner == "never" => "!".to_owned(),
        "primitive" | "generic" => text(inner).to_owned(),
        "resolved_path" => path_name(inner),
        "tuple" if list(inner).len() == 1 => format!("({},)", type_name(&inner[0])),
        "tuple" => format!("({})", joined(list(inner), ", ", type_name)),
        "slice" => format!("[{}]", type_name(inner)),
        "array" => format!("[{}; {}]", type_name(&inner["type"]), text(&inner["len"])),
        "impl_trait" => format!("impl{}", bounds_after(" ", inner)),
        "dyn_trait" => {
            let traits = joined(list(&inner["traits"]), " + ", |poly| {
                format!("{}{}", higher_ranked(&poly["generic_params"]), path_name(&poly["trait"]))
            });
            let lifetime = inner["lifetime"].as_str().map(|name| format!(" + {name}"));
            format!("dyn {traits}{}", lifetime.unwrap_or_default())
        }
        "borrowed_ref" => {
            let lifetime = inner["lifetime"].as_str().map(|name| format!("{name} "));
            let mutability = when(&inner["is_mutable"], "mut ");
            format!("&{}{mutability}{}", lifetime.unwrap_or_default(), type_name(&inner["type"]))
        }
        "raw_pointer" => {
            let mutability = if inner["is_mutable"] == true { "mut" } else { "const" };
            format!("*{mutability} {}", type_name(&inner["type"]))
        }
        "function_pointer" => {
            let inputs = joined(list(&inner["sig"]["inputs"]), ", ", |input| type_name(&input[1]));
            let quantifier = higher_ranked(&inner["generic_params"]);
            let qualifiers = qualifiers(&inner["header"]);
            format!("{quantifier}{qualifiers}fn({inputs}){}", output(&inner["sig"]["output"]))
        }
        "qualified_path" => {
            let own = type_name(&inner["self_type"]);
            let name = format!("{}{}", text(&inner["name"]), arguments(&inner["args"]));
            match text(&inner["trait"]["path"]) {
                "" => format!("{own}::{name}"),
                _ => format!("<{own} as {}>::{name}", path_name(&inner["trait"])),
            }
        }
        _ => ty.to_string(),
    }
}
