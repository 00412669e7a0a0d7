"""What arrives beside the bytes in Azure and Google Cloud, by tool or device, source and target."""

import pytest

from migplan.facts import load

FACTS = load()
WORDS = {"Y": "yes", "P": "partial", "N": "no", "?": "unknown", "-": "not-applicable"}
ORDER = ("dacl", "sacl", "owner", "timestamps", "ads", "symlinks", "hardlinks", "posix", "xattrs", "sparse")

MATRIX = [
    ("storage-mover", "smb", "azure-files-hdd", "Y Y Y Y N N N - N ?"),
    ("storage-mover", "smb", "azure-blob", "N N N P N N N - N N"),
    ("storage-mover", "nfs", "azure-files-nfs", "- - Y Y - Y ? Y N ?"),
    ("storage-mover", "nfs", "azure-blob", "- - P P - ? N P N N"),
    ("storage-mover", "object", "azure-blob", "- - - N - - - - P -"),
    ("azcopy", "smb", "azure-files-premium", "Y ? Y Y N N N - N N"),
    ("azcopy", "nfs", "azure-files-nfs", "- - Y Y - Y Y Y N N"),
    ("azcopy", "nfs", "azure-blob", "N N P P N P N P N N"),
    ("azcopy", "object", "azure-blob", "- - - N - - - - P -"),
    ("azure-file-sync", "smb", "azure-files-hdd", "Y Y Y Y N N N - N ?"),
    ("robocopy", "smb", "azure-files-hdd", "Y Y Y Y N N N - N N"),
    ("robocopy", "smb", "azure-netapp-files", "Y Y Y Y Y P N - ? P"),
    ("rsync", "nfs", "azure-netapp-files", "- - Y Y - Y Y Y P P"),
    ("fpsync", "nfs", "azure-files-nfs", "- - Y Y - Y N Y P P"),
    ("anf-migration-assistant", "smb", "azure-netapp-files", "Y Y Y Y Y Y Y - Y Y"),
    ("rclone", "smb", "azure-files-hdd", "N N N P N N N - N N"),
    ("rclone", "nfs", "azure-blob", "N N N P N P N P N N"),
    ("storage-transfer-service", "nfs", "gcs", "N N P P N P N P N N"),
    ("storage-transfer-service", "smb", "gcs", "N N N P N P N - N N"),
    ("storage-transfer-service", "object", "gcs", "- - - P - - - - P -"),
    ("storage-transfer-service", "object", "filestore", "- - P P - P N P N N"),
    ("gcloud-storage", "local", "gcs", "N N P P N P N P N N"),
    ("gcloud-storage", "smb", "gcs", "N N N P N P N - N N"),
    ("rclone", "nfs", "gcs", "N N P P N P N P N N"),
    ("rclone", "smb", "gcs", "N N N P N P N - N N"),
    ("rsync", "nfs", "filestore", "- - Y Y - Y Y Y P P"),
    ("fpsync", "nfs", "filestore", "- - Y Y - Y N Y P P"),
    ("rsync", "nfs", "gcp-netapp-volumes", "- - Y Y - Y Y Y P P"),
    ("robocopy", "smb", "gcp-netapp-volumes", "Y Y Y Y Y P N - ? P"),
    ("robocopy", "smb", "gce-windows-pair", "Y Y Y Y Y P N - ? P"),
    ("gcp-snapmirror", "smb", "gcp-netapp-volumes", "Y Y Y Y Y Y Y - Y Y"),
    ("gcp-snapmirror", "nfs", "gcp-netapp-volumes", "- - Y Y - Y Y Y Y Y"),
    ("transfer-appliance-40", "smb", "gcs", "N N N P N N N - N N"),
    ("transfer-appliance-300", "nfs", "gcs", "N N N P N N N N N N"),
]


@pytest.mark.parametrize(("carrier", "read", "target", "kept"), MATRIX)
def test_what_arrives_beside_the_bytes(carrier, read, target, kept):
    paths = (FACTS.movers.get(carrier) or FACTS.devices[carrier]).paths
    (path,) = (path for path in paths if read in path.read and target in path.to)
    assert path.keeps == dict(zip(ORDER, (WORDS[mark] for mark in kept.split()), strict=True))
