//! What stands in the parentheses of `#[coweave::coroutine(…)]`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Token, Type};

use crate::errors::Errors;

/// What the function becomes.
pub(crate) enum Kind {
    Task,
    Generator { item: Box<Type>, resume: Box<Type> },
    Stream { item: Box<Type> },
}

#[derive(Default)]
struct Options {
    item: Option<(Ident, Box<Type>)>,
    resume: Option<(Ident, Box<Type>)>,
    stream: Option<(Ident, Box<Type>)>,
}

/// Reads the options. After a mistake it goes on with what was most likely meant.
pub(crate) fn parse(args: TokenStream, errors: &mut Errors) -> Kind {
    let mut options = Options::default();
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            options.read_one(input, errors)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    if let Err(error) = read.parse2(args) {
        errors.push(error);
    }
    options.into_kind(errors)
}

impl Options {
    fn read_one(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
        if !input.peek(Ident::peek_any) {
            return Err(
                input.error("expected an option: `yield = T`, `resume = R` or `stream = T`")
            );
        }
        let name = input.call(Ident::parse_any)?;
        let meant = meaning(&name.to_string());
        let Some(meant) = meant else {
            errors.at(&name, unknown(&name));
            skip_to_comma(input)?;
            return Ok(());
        };
        let spelt = name.to_string();
        if spelt != meant {
            errors.at(&name, format!("there is no option `{spelt}`; did you mean `{meant}`?"));
        }
        if !input.peek(Token![=]) || input.peek2(Token![,]) || is_last_token(input) {
            errors.at(&name, format!("`{meant}` needs a type: `{meant} = u32`"));
            return skip_to_comma(input);
        }
        input.parse::<Token![=]>()?;
        let ty: Box<Type> = input.parse()?;
        let slot = match meant {
            "yield" => &mut self.item,
            "resume" => &mut self.resume,
            _ => &mut self.stream,
        };
        if slot.is_some() {
            errors.at(&name, format!("`{meant}` is given twice; remove one"));
        } else {
            *slot = Some((name, ty));
        }
        Ok(())
    }

    fn into_kind(self, errors: &mut Errors) -> Kind {
        match self {
            Self { item: None, resume: None, stream: None } => Kind::Task,
            Self { item, resume, stream: Some((_, ty)) } => {
                if let Some((name, _)) = item {
                    errors.at(
                        name,
                        "`stream = T` already says what is yielded; remove `yield`, or \
                         remove `stream` to make a generator",
                    );
                }
                if let Some((name, _)) = resume {
                    errors.at(
                        name,
                        "a stream is resumed by whoever polls it, with no value; remove \
                         `resume`, or make a generator with `yield = T`",
                    );
                }
                Kind::Stream { item: ty }
            }
            Self { item: Some((name, item)), resume, stream: None } => {
                let span = name.span();
                let resume = resume
                    .map_or_else(|| Box::new(syn::parse_quote_spanned!(span=> ())), |(_, ty)| ty);
                Kind::Generator { item, resume }
            }
            Self { item: None, resume: Some((name, resume)), stream: None } => {
                errors.at(
                    name,
                    "`resume = R` is what a `yield` evaluates to, so it needs `yield = T` as well",
                );
                Kind::Generator { item: Box::new(syn::parse_quote!(())), resume }
            }
        }
    }
}

fn is_last_token(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<Token![=]>().is_ok() && ahead.is_empty()
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}

/// The option that is meant by a name, also by what other crates call it.
fn meaning(name: &str) -> Option<&'static str> {
    Some(match name {
        "yield" | "yields" | "yeild" | "yelds" | "yild" | "yielding" | "item" => "yield",
        "resume" | "resumes" | "resume_with" | "send" | "arg" => "resume",
        "stream" | "streams" | "stream_of" | "streaming" => "stream",
        _ => return None,
    })
}

fn unknown(name: &Ident) -> String {
    format!("there is no option `{name}`; there are `yield = T`, `resume = R` and `stream = T`")
}

/// For attributes that take nothing.
pub(crate) fn refuse_all(args: TokenStream, attribute: &str, errors: &mut Errors) {
    if !args.is_empty() {
        errors
            .at(quote!(#args), format!("`#[coweave::{attribute}]` takes no options; remove this"));
    }
}
