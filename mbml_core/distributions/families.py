"""The families by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mbml_core.distributions.beta import BETA
from mbml_core.distributions.categorical_family import CATEGORICAL
from mbml_core.distributions.dirichlet import DIRICHLET
from mbml_core.distributions.family import Family
from mbml_core.distributions.gamma import GAMMA
from mbml_core.distributions.gaussian import GAUSSIAN
from mbml_core.distributions.vector_gaussian import VECTOR_GAUSSIAN

FAMILIES: Mapping[str, Family] = MappingProxyType(
    {family.name: family for family in (CATEGORICAL, GAUSSIAN, VECTOR_GAUSSIAN, GAMMA, BETA, DIRICHLET)}
)
