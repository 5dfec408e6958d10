//! What `join!`, `try_join!` and `race!` become.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Expr, Macro, Token};

use crate::root::Root;
use crate::select;
use crate::several::{Place, chained, won};
use crate::signature::generated;

fn parse(mac: &Macro, name: &str, is_race: bool) -> syn::Result<(bool, Vec<Expr>)> {
    let read = |input: ParseStream<'_>| {
        let at = input.span();
        let is_biased = select::biased(input)?;
        if is_biased && !is_race {
            let message = format!("`{name}!` polls in order, always; remove `biased;`");
            return Err(syn::Error::new(at, message));
        }
        let mut futures = Vec::new();
        while !input.is_empty() {
            futures.push(input.parse::<Expr>()?);
            if input.is_empty() {
                break;
            }
            if !input.peek(Token![,]) {
                let message = format!("expected `,`: `{name}!` takes futures, one after the other");
                return Err(input.error(message));
            }
            input.parse::<Token![,]>()?;
        }
        if futures.is_empty() && is_race {
            let message = format!("`{name}!` needs a future to wait for");
            return Err(syn::Error::new(at, message));
        }
        Ok((is_biased, futures))
    };
    mac.parse_body_with(read)
}

/// Each future, passed to the function of this name in `__private`.
fn each(futures: &[Expr], function: &str, root: &Root) -> Vec<TokenStream> {
    let wrap = |future: &Expr| {
        let span = generated(future.span());
        let p = root.private(span);
        let function = Ident::new(function, span);
        quote_spanned!(span=> #p::#function(#future))
    };
    futures.iter().map(wrap).collect()
}

/// `(a, (b, ()))` and `(a, b,)`.
fn outputs(count: usize, place: &Place<'_>) -> (TokenStream, TokenStream) {
    let span = place.span();
    let names: Vec<_> =
        (0..count).map(|position| format_ident!("__output_{position}", span = span)).collect();
    let nested = names
        .iter()
        .rev()
        .fold(quote_spanned!(span=> ()), |rest, name| quote_spanned!(span=> (#name, #rest)));
    (nested, quote_spanned!(span=> (#(#names,)*)))
}

pub(crate) fn join(mac: &Macro, root: &Root, place: &Place<'_>) -> syn::Result<TokenStream> {
    let (_, futures) = parse(mac, "join", false)?;
    let span = place.span();
    let (p, site) = (root.private(span), place.site_reference(root));
    let chain = chained(each(&futures, "joining", root), root, span);
    let (nested, flat) = outputs(futures.len(), place);
    Ok(quote_spanned! {span=>
        match #p::join(#chain, #site).await {
            #nested => #flat,
        }
    })
}

pub(crate) fn try_join(mac: &Macro, root: &Root, place: &Place<'_>) -> syn::Result<TokenStream> {
    let (_, futures) = parse(mac, "try_join", false)?;
    let span = place.span();
    let (p, site) = (root.private(span), place.site_reference(root));
    let chain = chained(each(&futures, "try_joining", root), root, span);
    let (nested, flat) = outputs(futures.len(), place);
    Ok(quote_spanned! {span=>
        match #p::try_join(#chain, #site).await {
            ::core::result::Result::Ok(#nested) => ::core::result::Result::Ok(#flat),
            ::core::result::Result::Err(__error) => ::core::result::Result::Err(__error),
        }
    })
}

pub(crate) fn race(mac: &Macro, root: &Root, place: &Place<'_>) -> syn::Result<TokenStream> {
    let (is_biased, futures) = parse(mac, "race", true)?;
    let span = place.span();
    let (p, site) = (root.private(span), place.site_reference(root));
    let chain = chained(each(&futures, "branch", root), root, span);
    let is_fair = !is_biased;
    let arms = futures.iter().enumerate().map(|(position, future)| {
        // A value of another type is told where its future stands.
        let span = generated(future.span());
        let value = quote_spanned!(span=> __value);
        let won = won(position, value, root, span);
        quote_spanned!(span=> ::core::option::Option::Some(#won) => __value,)
    });
    Ok(quote_spanned! {span=>
        match #p::select::<#is_fair, _>(#chain, #site).await {
            #(#arms)*
            ::core::option::Option::None => #p::does_not_match(),
        }
    })
}
