"""Keys and tokens of one lab's control plane; they are valid for this lab only and lie in a folder of mode 0700."""

import secrets
from pathlib import Path

import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from lab.layout import write_atomically

KEY_BITS = 2048
# User -> groups, as kube-apiserver's static token file wants them. kwok and the lab's agent act for kubelets and cloud
# controllers of every kind, so they are administrators of the lab.
USERS = {
    "lab-admin": "system:masters",
    "system:kube-controller-manager": "system:authenticated",
    "system:kube-scheduler": "system:authenticated",
}


def ensure_credentials(folder: Path) -> None:
    """Create the service account key pair and one random token for each user, where they are missing."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if not (folder / "tokens.csv").exists():
        lines = [f'{secrets.token_hex(24)},{user},{user},"{groups}"' for user, groups in USERS.items()]
        write_atomically(folder / "tokens.csv", "\n".join(lines) + "\n", mode=0o600)
    if not (folder / "service-account.pub").exists():
        key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        write_atomically(folder / "service-account.key", private.decode(), mode=0o600)
        write_atomically(folder / "service-account.pub", public.decode())


def token_of(folder: Path, user: str) -> str:
    """The bearer token of one of `USERS`."""
    for line in (folder / "tokens.csv").read_text().splitlines():
        token, name, *_ = line.split(",")
        if name == user:
            return token
    raise KeyError(user)


def write_kubeconfig(path: Path, *, server: str, certificate_authority: Path, token: str, name: str) -> None:
    """Write a kubeconfig with one context `name` for one bearer token, readable by the owner only."""
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "clusters": [
            {"name": name, "cluster": {"server": server, "certificate-authority": str(certificate_authority)}}
        ],
        "users": [{"name": name, "user": {"token": token}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
    }
    write_atomically(path, yaml.safe_dump(document, sort_keys=False), mode=0o600)
