"""Renaming and deleting a dataset."""

from __future__ import annotations

from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image

from annotations.models import AutomaticScore, Dataset, Item, ItemImage, ItemImport, Scorer
from tests import make
from tests.base import ConcordTestCase


class DatasetEditTests(ConcordTestCase):
    def setUp(self) -> None:
        self.sign_in("alice")
        self.dataset = make.a_dataset(self.team, "spring")
        self.item = make.an_item(make.a_question(self.dataset, "1"), "s0/1")

    def post(self, what: str, **data: str):
        return self.client.post(f"/datasets/{self.dataset.pk}/{what}/", data)

    def test_a_lead_renames_it(self):
        self.assertContains(self.client.get(f"/datasets/{self.dataset.pk}/"), "Rename or delete")
        response = self.post("edit", name="summer", description="of 2026")
        self.assertRedirects(response, f"/datasets/{self.dataset.pk}/")
        self.dataset.refresh_from_db()
        assert (self.dataset.name, self.dataset.description) == ("summer", "of 2026")

    def test_a_name_is_used_once_in_a_team(self):
        make.a_dataset(self.team, "winter")
        self.assertContains(self.post("edit", name="winter"), "already has a dataset of this name")
        self.dataset.refresh_from_db()
        assert self.dataset.name == "spring"

    def test_deleting_asks_for_the_name_and_takes_everything_along(self):
        picture = BytesIO()
        Image.new("RGB", (4, 4)).save(picture, "PNG")
        image = ItemImage(item=self.item)
        image.file.save("scan.png", ContentFile(picture.getvalue()), save=False)
        image.width = image.height = 4
        image.save()
        scorer = Scorer.objects.create(team=self.team, name="bleu", kind="column", scale="score")
        AutomaticScore.objects.create(item=self.item, scorer=scorer, value=1)
        self.assertContains(self.post("delete", typed_name="sprin"), "This is not the name")
        assert Dataset.objects.exists()
        with self.captureOnCommitCallbacks(execute=True):
            self.assertRedirects(self.post("delete", typed_name="spring"), "/datasets/")
        assert not Dataset.objects.exists()
        assert not Item.objects.exists()
        assert not AutomaticScore.objects.exists()
        assert not image.file.storage.exists(image.file.name)

    def test_a_dataset_that_a_campaign_uses_stays(self):
        campaign = make.a_campaign(self.dataset, make.a_rubric(self.team), [self.cast.bob])
        self.assertContains(self.post("delete", typed_name="spring"), "campaigns rate its items")
        self.assertContains(self.client.get(f"/datasets/{self.dataset.pk}/edit/"), campaign.name)
        assert Item.objects.filter(pk=self.item.pk).exists()

    def test_a_dataset_that_is_being_imported_into_stays(self):
        ItemImport.objects.create(team=self.team, dataset=self.dataset, state="running")
        self.assertContains(self.post("delete", typed_name="spring"), "while a file is being imported")
        assert Dataset.objects.exists()

    def test_it_is_the_leads_alone(self):
        for name, status in (("erin", 403), ("bob", 403), ("eve", 404)):
            client = self.client_of(name)
            assert client.get(f"/datasets/{self.dataset.pk}/edit/").status_code == status
            response = client.post(f"/datasets/{self.dataset.pk}/delete/", {"typed_name": "spring"})
            assert response.status_code == status
        assert Dataset.objects.exists()
