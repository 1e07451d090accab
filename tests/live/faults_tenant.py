"""Faults of tenants, with a Loki that has several."""
import signal

import live

OF_THE_OTHER_TENANT = ("canary-not-arriving",)  # until two that were written after the repair have come back
HEADER = 'headers = { "X-Scope-OrgID" = "shop" }'


class TenantsLive(live.OnStack):
    @classmethod
    def prepare(cls, stack):
        stack.loki.settings = {**stack.loki.settings, "auth": True}
        stack.loki.tenant = "shop"

    def test_alloy_writes_to_another_tenant(self):
        self.reconfigured("tenant-mismatch", "Alloy writes to another tenant than the one that is read",
                          (HEADER, HEADER.replace("shop", "other")),
                          ('tenant_id = "shop"', 'tenant_id = "other"'), component=self.stack.loki,
                          beside=OF_THE_OTHER_TENANT)

    def test_alloy_names_no_tenant(self):
        self.reconfigured("exporter-auth-or-no-org", "Alloy's exporter of logs names no tenant", (HEADER + "\n", "\n"))

    def test_lgtmwatch_names_no_tenant(self):
        def read_as(*changes):
            self.stack.config(changes=changes)
            self.stack.daemon.signal(signal.SIGHUP)
        self.fault("watcher-tenant-missing", "lgtmwatch's configuration names no tenant for Loki",
                   lambda: read_as((", tenant: shop", "")), read_as, component=self.stack.loki)
