"""moto as the AWS of development and of the tests: `python3 server.py HOST PORT`.

Six things are unlike `python3 -m moto.server`:
- Requests are answered one at a time. moto checks a condition and writes in two steps, and rolls a transaction back by putting
  the whole table back as it was: what another thread wrote in between would be lost, and two would win one race. AWS is atomic.
- A transaction keeps the table's items for that, not a deep copy of each of them for each write.
- A task of ECS gets an address of its subnet, as on AWS, not one of 10.0.0.0/8: the development platform's subnets are loopback addresses,
  so that a task's desktop proxy can really be reached. And its containers need no memory of their own beside the task's.
- An ECS task runs until it is stopped. moto's own tasks go a step towards their end each time somebody asks about them.
- A terminated instance stays terminated. moto's own lets it be started again.
- It ends with the process that started it, when that holds a pipe to its standard input.
"""
import copy
import logging
import os
import sys
import threading

from moto.dynamodb import models as dynamodb
from moto.dynamodb.models.table import Table
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ecs import models as ecs
from moto.moto_api import state_manager
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple


class Copies:
    """Stands for the module `copy` inside moto's DynamoDB: nothing changes a table's items in place, so they need no copies."""

    copy = staticmethod(copy.copy)

    @staticmethod
    def deepcopy(value, memo=None):
        if not isinstance(value, Table):
            return copy.deepcopy(value, memo)
        kept = copy.copy(value)
        kept.items = copy.copy(value.items)
        for key, items in value.items.items():
            if value.range_key_attr:
                kept.items[key] = copy.copy(items)
        return kept


def update_a_copy(update_item):
    """An update changes the item in place: give it a fresh one, so that what a transaction kept stays as it was."""

    def update(backend, table_name, key, *arguments, **options):
        table = backend.get_table(table_name)
        item = backend.get_item(table_name, key)
        if item is not None and table.range_key_attr:
            table.items[item.hash_key][item.range_key] = copy.deepcopy(item)
        elif item is not None:
            table.items[item.hash_key] = copy.deepcopy(item)
        return update_item(backend, table_name, key, *arguments, **options)

    return update


class OneAtATime:
    def __init__(self, application):
        self.application = application
        self.lock = threading.RLock()

    def __call__(self, environment, start_response):
        with self.lock:
            return list(self.application(environment, start_response))


def no_requirements(task_definition):
    return {"CPU": 0, "MEMORY": 0, "PORTS": [], "PORTS_UDP": []}


def refuse_the_dead(start_instances):
    def start(backend, instance_ids):
        for instance in backend.get_multi_instances_by_id(instance_ids):
            if instance._state.name in ("shutting-down", "terminated"):
                message = f"The instance '{instance.id}' is not in a state from which it can be started."
                raise EC2ClientError("IncorrectInstanceState", message)
        return start_instances(backend, instance_ids)

    return start


def end_with_the_starter():
    sys.stdin.read()
    os._exit(0)


def main(host, port):
    os.environ.setdefault("MOTO_PORT", str(port))
    dynamodb.copy = Copies
    ecs.random_private_ip = lambda: None
    ecs.EC2ContainerServiceBackend._calculate_task_resource_requirements = staticmethod(no_requirements)
    EC2Backend.start_instances = refuse_the_dead(EC2Backend.start_instances)
    dynamodb.DynamoDBBackend.update_item = update_a_copy(dynamodb.DynamoDBBackend.update_item)
    state_manager.set_transition("ecs::task", {"progression": "manual", "times": sys.maxsize})
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    if os.environ.get("CWS_MOTO_STDIN") == "watch":
        threading.Thread(target=end_with_the_starter, daemon=True).start()
    run_simple(host, port, OneAtATime(DomainDispatcherApplication(create_backend_app)), threaded=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
