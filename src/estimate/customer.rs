//! Whom a rule is for.

/// A customer's level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Level {
    #[default]
    Unknown,
    None,
    /// The text's number.
    Id(u32),
}

/// What is known of the customer.
#[derive(Debug, Default)]
pub(super) struct Customer {
    pub(super) level: Level,
    /// The segments' numbers, if they are known.
    pub(super) segments: Option<Vec<u32>>,
}

/// Whether a rule is for the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Audience {
    /// What unknown counts as none makes of it.
    pub(super) includes: bool,
    /// Whether knowing level and segments could change that.
    pub(super) is_certain: bool,
}

impl Customer {
    /// Open Loyalty 3.2.0: a rule is for the customers on one of its levels or in one of its
    /// segments. One without either is for nobody, except that to customers without either, every
    /// rule applies: then the query has nothing to compare with.
    pub(super) fn audience(&self, levels: &[u32], segments: &[u32]) -> Audience {
        let own = self.segments.as_deref().unwrap_or_default();
        let on_level = matches!(self.level, Level::Id(level) if levels.contains(&level));
        let matches = on_level || own.iter().any(|own| segments.contains(own));
        let has_neither = !matches!(self.level, Level::Id(_)) && own.is_empty();
        let is_certain = match (self.level, &self.segments) {
            // What is not known can only add to a match.
            _ if matches => true,
            (Level::Unknown | Level::None, None) => false,
            (Level::Unknown, Some(own)) => !own.is_empty() && levels.is_empty(),
            (Level::Id(_), None) => segments.is_empty(),
            (_, Some(_)) => true,
        };
        Audience { includes: matches || has_neither, is_certain }
    }
}

#[cfg(test)]
mod tests {
    use super::{Audience, Customer, Level};

    const NUMBERS: [u32; 2] = [1, 2];

    /// Every customer of whom that much is known.
    fn completions(known: &Customer) -> Vec<Customer> {
        let levels = match known.level {
            Level::Unknown => vec![Level::None, Level::Id(1), Level::Id(2)],
            level => vec![level],
        };
        let segments = match &known.segments {
            None => vec![vec![], vec![1], vec![2], vec![1, 2]],
            Some(segments) => vec![segments.clone()],
        };
        let customers = levels.iter().flat_map(|level| segments.iter().map(move |segments| (*level, segments)));
        customers.map(|(level, segments)| Customer { level, segments: Some(segments.clone()) }).collect()
    }

    /// As the server decides, who knows the customer.
    fn includes(customer: &Customer, levels: &[u32], segments: &[u32]) -> bool {
        let own = customer.segments.as_deref().expect("it is known");
        match customer.level {
            Level::Id(level) => levels.contains(&level) || own.iter().any(|own| segments.contains(own)),
            _ => own.is_empty() || own.iter().any(|own| segments.contains(own)),
        }
    }

    #[test]
    fn certain_is_what_every_customer_of_whom_that_much_is_known_gets() {
        let lists: [&[u32]; 4] = [&[], &[1], &[2], &NUMBERS];
        for level in [Level::Unknown, Level::None, Level::Id(1)] {
            for own in [None, Some(vec![]), Some(vec![1])] {
                let customer = Customer { level, segments: own };
                for (levels, segments) in lists.iter().flat_map(|levels| lists.map(|segments| (*levels, segments))) {
                    let possible = completions(&customer);
                    let included = possible.iter().filter(|one| includes(one, levels, segments)).count();
                    let Audience { includes, is_certain } = customer.audience(levels, segments);
                    assert_eq!(
                        is_certain,
                        included == 0 || included == possible.len(),
                        "{customer:?} {levels:?} {segments:?}"
                    );
                    assert!(!is_certain || includes == (included > 0), "{customer:?} {levels:?} {segments:?}");
                }
            }
        }
    }

    #[test]
    fn unknown_counts_as_none_and_to_customers_with_neither_every_rule_applies() {
        let unknown = Customer::default();
        assert!(unknown.audience(&[], &[]).includes && unknown.audience(&[1], &[2]).includes);
        let on_level = Customer { level: Level::Id(1), segments: None };
        assert!(on_level.audience(&[1], &[]).includes && !on_level.audience(&[], &[]).includes);
    }
}
